DEBUG = False
ALLOWED_HOSTS = [
    "orchard.pl",
    "127.0.0.1",
]
