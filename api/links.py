"""What may follow an answer, for the OpenAPI document: a run can be seen, cancelled, repeated …"""

from typing import Any, Final

#: FastAPI's name of an operation: function, path, method
SEE: Final = "see_api_v1_runs__run_id__get"
OF_A_RUN: Final = {
    "see": SEE,
    "cancel": "cancel_api_v1_runs__run_id__cancel_post",
    "check": "check_api_v1_runs__run_id__check_post",
    "forget": "forget_api_v1_runs__run_id__forget_post",
    "again": "again_api_v1_runs__run_id__again_post",
    "delete": "delete_api_v1_runs__run_id__delete",
    "restore": "restore_api_v1_runs__run_id__restore_post",
    "share": "share_api_v1_runs__run_id__patch",
    "code": "code_api_v1_runs__run_id__code_get",
}
REDUX: Final = "fal-ai/flux-pro/v1.1/redux"

Responses = dict[int | str, dict[str, Any]]


def after_run(status: int) -> Responses:
    """Whatever one does with a run."""
    return _linked(status, {name: _with("run_id", "id", one) for name, one in OF_A_RUN.items()})


def after_preset() -> Responses:
    """A preset can be shared, and deleted."""
    ways = {
        "share": "share_api_v1_presets__preset_id__patch",
        "delete": "delete_api_v1_presets__preset_id__delete",
    }
    return _linked(201, {name: _with("preset_id", "id", one) for name, one in ways.items()})


def after_upload() -> Responses:
    """A picture can be run, and can be a preset's."""
    picture = {"image_url": "upload:{$response.body#/id}"}
    run = {"endpoint_id": REDUX, "input": picture}
    return _linked(
        201,
        {
            "run": {"operationId": "start_api_v1_runs_post", "requestBody": run},
            "estimate": {"operationId": "estimate_api_v1_estimates_post", "requestBody": run},
        },
    )


def after_endpoints() -> Responses:
    """The first of the list."""
    see = "see_endpoint_api_v1_endpoints__slug__get"
    return _linked(200, {"see": _with("slug", "endpoints/0/slug", see)})


def _with(parameter: str, place: str, operation: str) -> dict[str, Any]:
    return {"operationId": operation, "parameters": {parameter: f"$response.body#/{place}"}}


def _linked(status: int, links: dict[str, Any]) -> Responses:
    return {status: {"links": links}}
