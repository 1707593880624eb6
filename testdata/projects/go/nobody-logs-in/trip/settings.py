SECRET_KEY = 'signs-nothing-here'
DEBUG = False
ALLOWED_HOSTS = ['trip.feldweg.de']
INSTALLED_APPS = ['django.contrib.contenttypes', 'django.contrib.staticfiles']
MIDDLEWARE = ['django.middleware.common.CommonMiddleware']
ROOT_URLCONF = 'trip.urls'
STATIC_URL = '/static/'
