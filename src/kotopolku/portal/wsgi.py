"""The web server's way in: ``gunicorn kotopolku.portal.wsgi:application``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")

application = get_wsgi_application()
