import os

from celery import Celery

app = Celery("erinnerung", broker=os.environ["REDIS_URL"])
