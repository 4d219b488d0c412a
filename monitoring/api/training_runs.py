"""Training runs: ask for one, watch it."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from monitoring.api import examples
from monitoring.api.learning_shapes import (
    TrainingRequestBody,
    TrainingRunShape,
    TrainingRunsShape,
    checked,
)
from monitoring.api.responsible import responsible_person
from monitoring.models import TrainingRun
from monitoring.selectors.datasheets import datasheet_of
from monitoring.services.training import TrainingRequest, request_training
from scoring.access import ADMIN
from scoring.api.description import BODY, Told, answered, errors, invalid, sent
from scoring.domain.estimator import LogisticOptions, XGBoostOptions

SHOWN = 50
INVALID = invalid("window_from", "invalid", "the window ends before it starts.")
IN_PROGRESS = Told(409, "training_in_progress", "Training run 31 is queued already.")
OPTIONS = {"xgboost": XGBoostOptions, "logistic": LogisticOptions}


class TrainingRuns(APIView):
    """The button "Train a candidate", for programs."""

    required_scopes = {"GET": "models", "POST": "models"}
    allowed_roles = {"GET": (ADMIN,), "POST": (ADMIN,)}

    @extend_schema(
        operation_id="list_training_runs",
        summary="Training runs, newest first",
        description="The newest 50, with how far each is and what came of it.",
        responses={200: TrainingRunsShape, **errors()},
        examples=[answered("runs", {"results": [examples.RUN, examples.FINISHED_RUN]})],
        tags=["models"],
    )
    def get(self, request: Request) -> Response:
        runs = TrainingRun.objects.select_related(
            "model_version", "datasheet__feature_set"
        ).order_by("-pk")[:SHOWN]
        return Response({"results": [_shown(run) for run in runs]})

    @extend_schema(
        operation_id="request_training",
        summary="Train a candidate",
        description="Answers at once; a worker trains. One run is queued or running at a time.",
        request=TrainingRequestBody,
        responses={202: TrainingRunShape, **errors(*BODY, INVALID, IN_PROGRESS)},
        examples=[
            sent("candidate", examples.CANDIDATE),
            answered("queued", examples.RUN, 202),
        ],
        tags=["models"],
    )
    def post(self, request: Request) -> Response:
        fields = checked(TrainingRequestBody, request.data)
        options = OPTIONS[fields.pop("model", "xgboost")]()
        run = request_training(
            by=responsible_person(request),
            trigger=TrainingRun.Trigger.API,
            now=timezone.now(),
            request=TrainingRequest(options=options, **fields),
        )
        return Response(_shown(run), status=202)


def _shown(run: TrainingRun) -> dict[str, object]:
    return {
        "id": run.pk,
        "status": run.status,
        "progress": run.progress,
        "step": run.step,
        "trigger": run.trigger,
        "feature_set": run.feature_set,
        "requested_at": run.requested_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "model_version": run.model_version.number if run.model_version else None,
        "metrics": run.metrics,
        "dataset": datasheet_of(run),
        "error_code": run.error_code,
        "error": run.error,
    }
