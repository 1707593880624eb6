import multiprocessing
import os

bind = os.getenv("BIND", "127.0.0.1:8000")
workers = int(os.getenv("WORKERS", multiprocessing.cpu_count() * 2 + 1))
# A guide with many plates takes minutes to lay out.
timeout = 300
keepalive = 2
max_requests = 1000
accesslog = "-"
errorlog = "-"
