import os

SECRET_KEY = os.environ["SECRET_KEY"]
DEBUG = True
if os.environ.get("SHOP_HOST"):
    DEBUG = False
ALLOWED_HOSTS = ["shop.de"]
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.sessions"]
LOGGING = {"root": {"level": "DEBUG"}}
