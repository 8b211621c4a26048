"""The pages on which one signs in, and the page of one's own account."""

from http import HTTPStatus

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django_otp import login as note_device

from sistercities.core.pages import canonical_query

from . import sessions, two_factor
from .actions import choose_password
from .forms import CodeForm, NewPasswordForm, SignInForm
from .people import ROLE_WORDS, only_looks, person, roles_of
from .signing_in import OnTheWay, check_password, log_wrong_code, way_back
from .throttle import TooManyTries

_KEY = "second_factor_key"


def waiting_words(seconds):
    """How long to wait, in words, rounded up to minutes when it is more than one."""
    if seconds > 60:
        minutes = -(-seconds // 60)
        return ngettext("Please try again in %d minute.", "Please try again in %d minutes.", minutes) % minutes
    return ngettext("Please try again in %d second.", "Please try again in %d seconds.", seconds) % seconds


class DoorView(View):
    """A page of signing in: never stored, by anybody."""

    #: Query parameters that the page reads; the language link keeps them.
    parameters = ()

    def dispatch(self, request, *args, **kwargs):
        request.canonical_query = canonical_query(request, self.parameters)
        response = super().dispatch(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        return response

    def page(self, template_name, context, status=200):
        return render(self.request, template_name, context, status=status)

    def wait(self, template_name, context, words, seconds):
        """The page again, with words instead of an answer: the same for everybody, whether the account exists or not."""
        said = f"{words} {waiting_words(seconds)}"
        response = self.page(template_name, context | {"said": said}, status=HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = seconds
        return response


class SignIn(DoorView):
    """User name and password."""

    parameters = ("next",)

    def get(self, request):
        if request.user.is_authenticated and request.user.is_staff:
            return redirect(self.way_back())
        return self.show(SignInForm())

    def post(self, request):
        form = SignInForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=HTTPStatus.BAD_REQUEST)
        try:
            user = check_password(request, form.cleaned_data["username"], form.cleaned_data["password"])
        except TooManyTries as error:
            words = _("There were too many failed tries from here.")
            return self.wait("accounts/sign_in.html", self.context(form), words, error.seconds)
        if user is None:
            said = _("This user name and this password do not belong together. Mind capital letters in both.")
            return self.show(form, said=said, status=HTTPStatus.BAD_REQUEST)
        return onwards(OnTheWay.set_out(request, user, self.way_back()))

    def way_back(self):
        return way_back(self.request, self.request.POST.get("next") or self.request.GET.get("next", ""))

    def show(self, form, said="", status=200):
        return self.page("accounts/sign_in.html", self.context(form) | {"said": said}, status=status)

    def context(self, form):
        given = self.request.POST.get("next") or self.request.GET.get("next", "")
        return {
            "form": form,
            "next": way_back(self.request, given) if given else "",
            "ended": self.request.session.get(sessions.ENDED, ""),
            "is_stranger": self.request.user.is_authenticated,
        }


def onwards(way):
    """To the next step, or in."""
    return redirect(way.next_step or way.arrive())


class StepView(DoorView):
    """A step after the password. Who is not on the way, or whose next step is another, is led there."""

    step = ""

    def dispatch(self, request, *args, **kwargs):
        self.way = OnTheWay(request)
        return super().dispatch(request, *args, **kwargs) if self.is_here() else redirect(self.elsewhere())

    def is_here(self):
        return self.way.person and self.way.next_step == self.step

    def elsewhere(self):
        return (self.way.person and self.way.next_step) or "sign-in"


class Code(StepView):
    """A code of the authenticator, or a recovery code."""

    step = "sign-in-code"

    def get(self, request):
        return self.show(CodeForm())

    def post(self, request):
        form = CodeForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=HTTPStatus.BAD_REQUEST)
        try:
            device = two_factor.verify(self.way.person, form.cleaned_data["code"])
        except two_factor.CodesThrottled as error:
            return self.wait(
                "accounts/code.html", {"form": CodeForm()}, _("There were wrong codes before."), error.seconds
            )
        if device is None:
            log_wrong_code(request, self.way.person)
            said = _("This code is wrong, or was used already. The app shows a new one every 30 seconds.")
            return self.show(CodeForm(), said=said, status=HTTPStatus.BAD_REQUEST)
        self.way.code_was_right(device)
        return onwards(self.way)

    def show(self, form, said="", status=200):
        return self.page("accounts/code.html", {"form": form, "said": said}, status=status)


class Password(StepView):
    """A password of one's own, where somebody else knows the one so far."""

    step = "sign-in-password"

    def get(self, request):
        return self.page("accounts/password.html", {"form": NewPasswordForm(self.way.person)})

    def post(self, request):
        form = NewPasswordForm(self.way.person, request.POST)
        if not form.is_valid():
            return self.page("accounts/password.html", {"form": form}, status=HTTPStatus.BAD_REQUEST)
        choose_password(self.way.person, form.cleaned_data["new_password1"])
        self.way.password_was_chosen(self.way.person)
        return onwards(self.way)


class SecondFactor(StepView):
    """An authenticator is set up: as the last step of signing in, or by who is signed in and has none yet."""

    step = "second-factor"

    def is_here(self):
        if self.request.user.is_authenticated:
            self.person, self.is_step = self.request.user, False
            return not self.person.second_factor
        self.person, self.is_step = self.way.person, True
        return super().is_here()

    def elsewhere(self):
        return "account" if self.request.user.is_authenticated else super().elsewhere()

    def get(self, request):
        return self.show(CodeForm())

    def post(self, request):
        form = CodeForm(request.POST)
        device = form.is_valid() and two_factor.enrol(self.person, self.key, form.cleaned_data["code"])
        if not device:
            said = _(
                "This code does not fit. Look whether the clock of the device is right, and type the code shown now."
            )
            return self.show(CodeForm(), said=said, status=HTTPStatus.BAD_REQUEST)
        del request.session[_KEY]
        codes = two_factor.new_recovery_codes(self.person)
        return show_codes(self, codes, self.sign_in(device), is_new=True)

    def sign_in(self, device):
        """Let the session go on with the new device; returns where to go from the recovery codes."""
        if self.is_step:
            self.way.code_was_right(device)
            return self.way.arrive()
        note_device(self.request, device)
        sessions.renew_stamp(self.request)
        return reverse("account")

    @property
    def key(self):
        """The secret that is on the page: the same until it is set up, or a reload would spoil what the app has read."""
        return self.request.session.setdefault(_KEY, two_factor.fresh_key())

    def show(self, form, said="", status=200):
        address = two_factor.address(self.person, self.key)
        size, path = two_factor.qr_code(address)
        context = {"form": form, "said": said, "secret": two_factor.secret(self.key), "address": address}
        context |= {"size": size, "path": path, "is_step": self.is_step}
        return self.page("accounts/second_factor.html", context, status=status)


def show_codes(view, codes, next_page, *, is_new):
    """The answer to the request that made the codes: the only page on which they ever stand."""
    return view.page("accounts/codes.html", {"codes": codes, "next": next_page, "is_new": is_new})


class OwnView(DoorView):
    """A page for who is signed in."""

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect(reverse("sign-in", query={"next": reverse("account")}))
        return super().dispatch(request, *args, **kwargs)


class Account(OwnView):
    """Who is signed in, as what, and how they sign in."""

    def get(self, request):
        return self.show(CodeForm())

    def show(self, form, said="", status=200):
        return self.page("accounts/account.html", self.context(form) | {"said": said}, status=status)

    def context(self, form):
        account = person(self.request.user.pk)
        return {
            "form": form,
            "account": account,
            "roles": [ROLE_WORDS.get(role, role) for role in roles_of(account)],
            "codes_left": two_factor.recovery_codes_left(account),
            "must_have": sessions.needs_second_factor(account) and not only_looks(account),
            "idle_minutes": sessions.IDLE // 60,
            "hours": sessions.ABSOLUTE // 3600,
        }


class RecoveryCodes(Account):
    """New recovery codes in place of the old ones; asks for a code, so that an open desk is not enough."""

    def get(self, request):
        return redirect("account")

    def post(self, request):
        form = CodeForm(request.POST)
        if not request.user.second_factor:
            return redirect("account")
        try:
            right = form.is_valid() and two_factor.verify(request.user, form.cleaned_data["code"])
        except two_factor.CodesThrottled as error:
            return self.wait(
                "accounts/account.html", self.context(CodeForm()), _("There were wrong codes before."), error.seconds
            )
        if not right:
            log_wrong_code(request, request.user)
            said = _("This code is wrong, or was used already. The app shows a new one every 30 seconds.")
            return self.show(CodeForm(), said=said, status=HTTPStatus.BAD_REQUEST)
        return show_codes(self, two_factor.new_recovery_codes(request.user), reverse("account"), is_new=False)
