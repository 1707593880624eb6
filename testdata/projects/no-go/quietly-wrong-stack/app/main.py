import os

from fastapi import FastAPI

app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
DATABASE_URL = os.environ["DATABASE_URL"]


@app.get("/healthz")
def healthz():
    return {"ok": True}
