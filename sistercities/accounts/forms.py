"""What is asked on the way in. Nothing here keeps a password manager or a paste from working."""

from django import forms
from django.contrib.auth.forms import SetPasswordForm, UsernameField
from django.utils.translation import gettext_lazy as _

#: Longest password that is looked at: hashing a megabyte would be work for a stranger's asking.
LONGEST_PASSWORD = 1000


class SignInForm(forms.Form):
    username = UsernameField(label=_("User name"), max_length=150, widget=forms.TextInput())
    password = forms.CharField(
        label=_("Password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs |= {"autocomplete": "username", "spellcheck": "false"}


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "text",
                "spellcheck": "false",
                "autocapitalize": "none",
            }
        ),
    )


class NewPasswordForm(SetPasswordForm):
    """A password of one's own, and not the one that somebody else knows."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("new_password1", "new_password2"):
            self.fields[name].max_length = LONGEST_PASSWORD
            self.fields[name].widget.attrs["maxlength"] = LONGEST_PASSWORD
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password2"].label = _("The same again")
        self.fields["new_password1"].help_text = _(
            "12 characters or more; a few words in a row do well. Not your name, not only digits, nothing common."
        )
        self.fields["new_password2"].help_text = ""

    def clean_new_password1(self):
        password = self.cleaned_data["new_password1"]
        if len(password) > LONGEST_PASSWORD:
            raise forms.ValidationError(_("This password is too long."))
        if self.user.check_password(password):
            raise forms.ValidationError(_("This is the password that you were given. Choose another one."))
        return password
