"""The pages of requests; the modules beside this one add them."""

from flask import Blueprint

bp = Blueprint("requests", __name__)
