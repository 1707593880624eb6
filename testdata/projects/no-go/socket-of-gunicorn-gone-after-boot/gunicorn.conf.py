bind = "unix:/run/gunicorn/shop.sock"
workers = 3
errorlog = "/var/log/gunicorn/error.log"
