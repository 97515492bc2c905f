"""The web server's way in: ``gunicorn kotopolku.portal.wsgi:application``."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")

application = get_wsgi_application()

# What is there before the first request stays to the end: looking through it for garbage again and again would hold
# a large page up for a tenth of a second now and then.
gc.collect()
gc.freeze()
