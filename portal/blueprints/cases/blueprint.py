"""The pages of IG cases; the modules beside this one add them."""

from flask import Blueprint

bp = Blueprint("cases", __name__)
