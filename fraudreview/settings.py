"""Every setting of the project. Thresholds and policies are rows, not settings."""

import os
from pathlib import Path

from csp.constants import NONE, SELF

from fraudreview import addresses, embedded, environment

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("FRAUDREVIEW_VAR") or BASE_DIR / "var")

# Without a configured database this is a laptop: embedded servers, secrets made at first use.
LAPTOP = not os.environ.get("DATABASE_URL")
DEBUG = environment.boolean("FRAUDREVIEW_DEBUG", False)
SECRET_KEY = environment.secret("FRAUDREVIEW_SECRET_KEY", VAR / "secret_key" if LAPTOP else None)
# Signs artefacts, tokenises card numbers, keys random draws. Never rotate it with the other.
FRAUDREVIEW_DATA_KEY = environment.secret(
    "FRAUDREVIEW_DATA_KEY", VAR / "data_key" if LAPTOP else None
)
ALLOWED_HOSTS = environment.words(
    "FRAUDREVIEW_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if LAPTOP else []
)
CSRF_TRUSTED_ORIGINS = environment.words("FRAUDREVIEW_ORIGINS", [])

INSTALLED_APPS = [
    "fraudreview.apps.FraudReviewConfig",
    "scoring",
    "labeling",
    "monitoring",
    "fraudreview.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "django_prometheus",
    "pgtrigger",
    "axes",
    "csp",
]
MIDDLEWARE = [
    "fraudreview.middleware.probes",
    "django.middleware.security.SecurityMiddleware",
    "fraudreview.people_only.StaticFiles",
    "fraudreview.people_only.ContentSecurityPolicy",
    "fraudreview.people_only.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "fraudreview.people_only.Authentication",
    "fraudreview.people_only.Messages",
    "fraudreview.people_only.ReaderTimeZone",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "fraudreview.people_only.Htmx",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "fraudreview.urls"
WSGI_APPLICATION = "fraudreview.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "fraudreview.context.navigation",
            ],
        },
    }
]

DATABASES = {
    "default": embedded.database_settings(BASE_DIR)
    if LAPTOP
    else addresses.parse_database_url(os.environ["DATABASE_URL"])
}
# A connection costs as much as ten decisions and forgets the plans of its statements. Each thread
# keeps its own, and looks whether it still answers before a request uses it.
DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
# The statements of the deciding path are prepared, and planned once for any number of payments.
# 0 for a connection pooler that hands one connection to many clients in turn.
if environment.boolean("FRAUDREVIEW_PREPARED_STATEMENTS", True):
    options = DATABASES["default"].setdefault("OPTIONS", {})
    options["prepare_threshold"] = 0
    options["options"] = f"{options.get('options', '')} -c plan_cache_mode=force_generic_plan"
REDIS_URL = os.environ.get("REDIS_URL") or embedded.redis_url(BASE_DIR)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Redis carries wake-ups only; what must last or be right lives in PostgreSQL.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HTTP_RESPONSE_CODE = 429
AXES_LOCKOUT_TEMPLATE = "registration/locked_out.html"
AXES_VERBOSE = False

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

STATIC_URL = "static/"
# A laptop serves files from where they lie; elsewhere collectstatic gathers them.
STATIC_ROOT = os.environ.get("FRAUDREVIEW_STATIC") or (None if LAPTOP else BASE_DIR / "staticfiles")
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "fraudreview.staticfiles.PlotlyFinder",
]
WHITENOISE_USE_FINDERS = LAPTOP
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LAPTOP
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Behind TLS (FRAUDREVIEW_TLS=1, the default with a real database) cookies never travel in clear.
TLS = environment.boolean("FRAUDREVIEW_TLS", not LAPTOP)
SECURE_SSL_REDIRECT = TLS
SECURE_HSTS_SECONDS = 31536000 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = TLS
SECURE_HSTS_PRELOAD = TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None
SECURE_REDIRECT_EXEMPT = [r"^metrics$"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "scoring.api.authentication.ApiKeyAuthentication",
        "scoring.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["scoring.api.throttling.Throttle"],
    "DEFAULT_PERMISSION_CLASSES": ["scoring.api.permissions.Allowed"],
    "DEFAULT_PARSER_CLASSES": ["scoring.api.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["scoring.api.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "scoring.api.negotiation.UsualFirst",
    "DEFAULT_SCHEMA_CLASS": "scoring.api.calls.CallSchema",
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS would describe what a caller may not see
    "EXCEPTION_HANDLER": "scoring.api.errors.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024

FRAUDREVIEW_BASE_CURRENCY = os.environ.get("FRAUDREVIEW_BASE_CURRENCY", "EUR")
FRAUDREVIEW_MODELS = Path(os.environ.get("FRAUDREVIEW_MODELS") or VAR / "models")
# How many transactions one scoring batch takes; larger ones share more work, hold locks longer.
FRAUDREVIEW_BATCH_SIZE = environment.integer("FRAUDREVIEW_BATCH_SIZE", 500)
# POST decisions/ answers with the policy's fallback after this time.
FRAUDREVIEW_DECISION_BUDGET_MS = environment.integer("FRAUDREVIEW_DECISION_BUDGET_MS", 800)
# How much one API key may ask for in a minute, unless its own row says otherwise. 0: no limit.
FRAUDREVIEW_TRANSACTIONS_PER_MINUTE = environment.integer(
    "FRAUDREVIEW_TRANSACTIONS_PER_MINUTE", 600_000
)
FRAUDREVIEW_REQUESTS_PER_MINUTE = environment.integer("FRAUDREVIEW_REQUESTS_PER_MINUTE", 6_000)
# Wrong keys from one address in a minute; right ones from there are never held up.
FRAUDREVIEW_WRONG_KEYS_PER_MINUTE = environment.integer("FRAUDREVIEW_WRONG_KEYS_PER_MINUTE", 60)
# How many proxies in front add to X-Forwarded-For. 0: whoever connects is the client.
FRAUDREVIEW_PROXIES = environment.integer("FRAUDREVIEW_PROXIES", 0)
# How many streams of lines one web process reads at a time; each holds a thread.
FRAUDREVIEW_STREAMS = environment.integer("FRAUDREVIEW_STREAMS", 4)
# A client that stops in the middle of its body, or of its answer, is given up after this time.
FRAUDREVIEW_SILENCE_SECONDS = environment.integer("FRAUDREVIEW_SILENCE_SECONDS", 30)
# From so many payments within 30 days on, windows of an entity are added up from tiles.
FRAUDREVIEW_HOT_ROWS = environment.integer("FRAUDREVIEW_HOT_ROWS", 5_000)
# How often the reports behind the dashboards are computed anew.
FRAUDREVIEW_REPORT_MINUTES = environment.integer("FRAUDREVIEW_REPORT_MINUTES", 60)
# The share of legitimate payments that may be declined in the end; unset: no target is shown.
FRAUDREVIEW_WRONGFUL_DECLINES_TARGET = environment.share("FRAUDREVIEW_WRONGFUL_DECLINES_TARGET")
# Webhooks over plain http, and to private and local addresses: for laptops, never in production.
FRAUDREVIEW_WEBHOOK_PRIVATE = environment.boolean("FRAUDREVIEW_WEBHOOK_PRIVATE", False)
# How long the log of deliveries is kept.
FRAUDREVIEW_WEBHOOK_DAYS = environment.integer("FRAUDREVIEW_WEBHOOK_DAYS", 30)
# Some verdicts get a second, blind look; a desk of one person has nobody for that.
FRAUDREVIEW_SECOND_REVIEWS = environment.boolean("FRAUDREVIEW_SECOND_REVIEWS", True)
# Of everybody's verdicts, so many are drawn for one: how far people agree is known from these.
FRAUDREVIEW_RANDOM_SECOND_REVIEWS = environment.share_or("FRAUDREVIEW_RANDOM_SECOND_REVIEWS", 0.05)
# Of the labels that the data contradict, so many a week are looked at again.
FRAUDREVIEW_LABEL_ERROR_REVIEWS = environment.integer("FRAUDREVIEW_LABEL_ERROR_REVIEWS", 5)

SPECTACULAR_SETTINGS = {
    "TITLE": "Fraud Review",
    "DESCRIPTION": (
        "Send transactions, get decisions and final answers, send labels. Every error has one"
        " shape and a stable `code`; decide by it. Besides those listed with a call, any may answer"
        " 405 `method_not_allowed` and 500 `internal_error`, after which it may be sent again:"
        " nothing doubles. Fields that are not described are refused. Text is trimmed, and words"
        " of a list may be written in capitals."
    ),
    "VERSION": "v1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "scoring.api.description.say_when_to_come_back",
    ],
    "ENUM_NAME_OVERRIDES": {
        "LabelValue": "labeling.models.Label.Value",
        "Outcome": "scoring.api.shapes.OUTCOMES",
        "Verification": "labeling.domain.resolution.VERIFICATIONS",
        "WayToKnow": "labeling.domain.lifecycle.WAYS_TO_KNOW",
        "DispositionAction": "scoring.api.shapes.DISPOSITIONS",
        "WebhookState": "scoring.api.webhook_shapes.STATES",
        "WebhookDeliveryState": "scoring.models.WebhookDelivery.State",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("FRAUDREVIEW_LOG_LEVEL", "INFO")},
}
