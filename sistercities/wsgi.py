"""The WSGI entry point: `gunicorn -c sistercities/gunicorn.py sistercities.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sistercities.settings")

application = get_wsgi_application()
