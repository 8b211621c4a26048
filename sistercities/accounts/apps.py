from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "sistercities.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self):
        from sistercities.curation import seeding

        from . import demo, sessions

        seeding.demonstrations.append(demo.make_accounts)
        # The one thing that every way of signing in passes: a session that did not pass here is refused (see sessions.py).
        user_logged_in.connect(sessions.begin, dispatch_uid="accounts.begin")
