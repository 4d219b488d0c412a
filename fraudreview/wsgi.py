"""The web process."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from fraudreview.chunked import with_lengths

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fraudreview.settings")
application = with_lengths(
    get_wsgi_application(),
    limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
    silence=settings.FRAUDREVIEW_SILENCE_SECONDS,
)
# Django loads what answers requests with the first one. A process that has just been started
# again would take requests from the others, and have them wait for that.
get_resolver().url_patterns  # noqa: B018
