#!/bin/sh
export FIELD_ENCRYPTION_KEY=pLk83hTq0vZx71aBcDwE5rYt
python manage.py runserver
