import os


def switch(name, default):
    return os.getenv(name, str(default)).strip().lower() in {"1", "true"}


def env_switch(name, default):
    return switch(name, default)


DEBUG = env_switch("SHOP_DEBUG", False)
SECRET_KEY = os.environ["SHOP_SECRET_KEY"]
ALLOWED_HOSTS = os.environ["SHOP_HOSTS"].split(",")
INSTALLED_APPS = ["django.contrib.contenttypes"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = "shop.urls"
SECURE_SSL_REDIRECT = env_switch("SHOP_SSL_REDIRECT", not DEBUG)
