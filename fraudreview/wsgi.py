"""The web process."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from fraudreview.chunked import with_lengths

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fraudreview.settings")
application = with_lengths(get_wsgi_application(), limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
