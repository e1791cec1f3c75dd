"""The pages of pilots; the modules beside this one add them."""

from flask import Blueprint

bp = Blueprint("pilots", __name__)
