"""Django's settings. Everything an operator may set comes from the environment; see README.md, "For real"."""

import os
import secrets
from pathlib import Path

from kotopolku.database import databases

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("KOTOPOLKU_DATA", ".data")).resolve()

DEMO = os.environ.get("KOTOPOLKU_DEMO", "") == "1"
"""Demo mode: one-click personas with the password "demo", a day that can be set, no second factor."""
DEBUG = False


def _secret_key() -> str:
    """The key from the environment, else one made once and kept in the data folder."""
    if key := os.environ.get("KOTOPOLKU_SECRET_KEY"):
        return key
    path = DATA / "secret-key"
    if not path.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = os.environ.get("KOTOPOLKU_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
HTTPS = os.environ.get("KOTOPOLKU_HTTPS", "") == "1"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if HTTPS else []
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_AGE = 10 * 60 * 60
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "kotopolku.actors",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "kotopolku.reference",
    "kotopolku.journal",
    "kotopolku.access",
    "kotopolku.notices",
    "kotopolku.clients",
    "kotopolku.families",
    "kotopolku.progress",
    "kotopolku.desk",
    "kotopolku.appointments",
    "kotopolku.letters",
    "kotopolku.handover",
    "kotopolku.placement",
    "kotopolku.training",
    "kotopolku.procurement",
    "kotopolku.cooperation",
    "kotopolku.steering",
    "kotopolku.information",
    "kotopolku.quality",
    "kotopolku.exchange",
    "kotopolku.mypage",
    "kotopolku.retention",
    "kotopolku.demo",
    "kotopolku.portal",
]

API_CALLS_A_MINUTE = int(os.environ.get("KOTOPOLKU_API_CALLS_A_MINUTE", "600"))
"""Calls that one API token may make in a minute; after that 429 until the next."""

MIDDLEWARE = [
    "kotopolku.portal.middleware.ContentSecurityPolicy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kotopolku.portal.middleware.FriendlyFaults",
    "kotopolku.portal.middleware.PublicPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "kotopolku.portal.middleware.ChosenDay",
    "kotopolku.portal.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kotopolku.actors.middleware.ViewerMiddleware",
    "kotopolku.mypage.middleware.OwnPath",
]

ROOT_URLCONF = "kotopolku.portal.urls"
WSGI_APPLICATION = "kotopolku.portal.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kotopolku.portal.context.frame",
            ],
            "builtins": ["kotopolku.portal.templatetags.kotopolku"],
        },
    }
]

DATABASES = databases(os.environ)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "actors.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "kotopolku.actors.signin.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO
MFA_TOTP_ISSUER = "Kotopolku"
SECOND_FACTOR_REQUIRED = not DEMO
"""In production everybody who signs in must have a passkey or TOTP as second factor."""

OIDC_ISSUER = os.environ.get("KOTOPOLKU_OIDC_ISSUER", "").rstrip("/")
"""Address of the identity provider by which clients sign in to their own page; empty when there is none."""
OIDC_NAME = os.environ.get("KOTOPOLKU_OIDC_NAME", "Suomi.fi")
OIDC_CLIENT_ID = os.environ.get("KOTOPOLKU_OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = os.environ.get("KOTOPOLKU_OIDC_CLIENT_SECRET", "")
OIDC_SCOPES = os.environ.get("KOTOPOLKU_OIDC_SCOPES", "openid profile")
OIDC_CODE_CLAIM = os.environ.get("KOTOPOLKU_OIDC_CODE_CLAIM", "urn:oid:1.2.246.21")
"""The claim that carries the personal identity code; some providers call it national_identification_number."""
OIDC_TIMEOUT_SECONDS = 10

_MAIL = f"django.core.mail.backends.{'filebased' if DEMO else 'console'}.EmailBackend"
EMAIL_BACKEND = os.environ.get("KOTOPOLKU_EMAIL_BACKEND", _MAIL)
EMAIL_FILE_PATH = DATA / "mail"
"""Where the demo puts its e-mails: on the console they would bury the address of the product."""
EMAIL_HOST = os.environ.get("KOTOPOLKU_EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("KOTOPOLKU_EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("KOTOPOLKU_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("KOTOPOLKU_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("KOTOPOLKU_EMAIL_TLS", "") == "1"
EMAIL_TIMEOUT = 10
SITE_ADDRESS = os.environ.get("KOTOPOLKU_ADDRESS", "http://localhost:8000")
"""Where people find the product: stands in e-mails and calendar feeds."""
DEFAULT_FROM_EMAIL = os.environ.get("KOTOPOLKU_EMAIL_FROM", "kotopolku@localhost")

LANGUAGE_CODE = "fi"
LANGUAGES = [("fi", "Suomi"), ("sv", "Svenska"), ("en", "English")]
"""Languages of the pages of officials; papers and data of the Acts stand in these."""
CLIENT_LANGUAGES = [
    ("fi", "suomi"),
    ("sv", "svenska"),
    ("en", "English"),
    ("et", "eesti"),
    ("ru", "русский"),
    ("uk", "українська"),
    ("ar", "العربية"),
    ("fa", "فارسی"),
    ("so", "Soomaali"),
    ("es", "español"),
    ("fr", "français"),
    ("tr", "Türkçe"),
    ("zh-hans", "中文"),
]
"""Languages of the client's own page (`mypage`), each by its own name."""
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "kotopolku_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Helsinki"
FORMAT_MODULE_PATH = ["kotopolku.portal.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
NODE_MODULES = Path(os.environ.get("KOTOPOLKU_NODE_MODULES", ROOT / "node_modules"))
STATICFILES_DIRS = [
    ("designsystemet-css", NODE_MODULES / "@digdir/designsystemet-css/dist/src"),
    ("designsystemet-theme", NODE_MODULES / "@digdir/designsystemet-theme/src/themes"),
    ("fonts/source-sans-3", NODE_MODULES / "@fontsource-variable/source-sans-3"),
    ("fonts/noto-sans-arabic", NODE_MODULES / "@fontsource-variable/noto-sans-arabic"),
    ("htmx", NODE_MODULES / "htmx.org/dist"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = False

FILES = Path(os.environ.get("KOTOPOLKU_FILES", DATA / "files"))
"""Attached files, outside everything that is served."""
LARGEST_FILE_BYTES = int(os.environ.get("KOTOPOLKU_LARGEST_FILE_MB", "20")) * 1024 * 1024
"""An attachment may be so large. Our own limit."""
KEYS = Path(os.environ.get("KOTOPOLKU_KEYS", DATA / "keys"))
"""Locked halves of the keys of sealed bids: outside the database, shared by all web servers, in a backup of their own."""
CLAMD = os.environ.get("KOTOPOLKU_CLAMD", "")
"""The virus scanner: "host:port" or "unix:/path" of clamd; "fake" for trying out; empty for none."""

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

TRANSITION = os.environ.get("KOTOPOLKU_TRANSITION", "keep-old-maximum")
"""Reading of 681/2023 §102.2, see law.md 10: keep-old-maximum or maximum-follows-review."""
SMALLEST_SHOWN_COUNT = 5
"""Counts of people smaller than this are not shown. Our own rule of disclosure, not a statutory number."""
FEEDBACK_ADDRESS_DAYS = int(os.environ.get("KOTOPOLKU_FEEDBACK_ADDRESS_DAYS", "90"))
"""So long the e-mail address of a reader who wants an answer is kept at most. Our own rule."""
FEEDBACK_KEPT_DAYS = int(os.environ.get("KOTOPOLKU_FEEDBACK_KEPT_DAYS", "730"))
"""So long answered and archived feedback on public pages is kept. Our own rule."""
JOBS_KEPT_DAYS = int(os.environ.get("KOTOPOLKU_JOBS_KEPT_DAYS", "7"))
"""So long jobs of the queue that were done are kept. Our own rule: long enough to see what ran last week."""
FAILED_JOBS_KEPT_DAYS = int(os.environ.get("KOTOPOLKU_FAILED_JOBS_KEPT_DAYS", "90"))
"""So long jobs of the queue that failed are kept, never less than those done. Our own rule."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("KOTOPOLKU_LOG_LEVEL", "WARNING")},
}
