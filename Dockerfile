# Two stages: the first one installs, the second one runs, as nobody in particular.
FROM python:3.12-slim-bookworm AS installed
COPY requirements/production.txt /tmp/production.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/python -m pip install --no-cache-dir --no-deps --require-hashes \
        --requirement /tmp/production.txt

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin fraudreview \
    && install --directory --owner fraudreview --group fraudreview /var/lib/fraudreview/models
COPY --from=installed /opt/venv /opt/venv
WORKDIR /app
COPY manage.py CHANGELOG.md LICENSE ./
COPY fraudreview fraudreview
COPY scoring scoring
COPY labeling labeling
COPY monitoring monitoring
COPY templates templates
COPY static static
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    FRAUDREVIEW_STATIC=/app/staticfiles \
    FRAUDREVIEW_MODELS=/var/lib/fraudreview/models
# Collecting files contacts nobody; the addresses and the secrets of this one line are for show.
RUN DATABASE_URL=postgresql://build/build REDIS_URL=redis://build \
    FRAUDREVIEW_SECRET_KEY=build FRAUDREVIEW_DATA_KEY=build FRAUDREVIEW_HOSTS=build \
    python manage.py collectstatic --no-input
USER fraudreview
VOLUME /var/lib/fraudreview/models
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["gunicorn", "fraudreview.wsgi", "--bind=0.0.0.0:8000", "--workers=2", "--threads=24", "--preload", \
     "--config=python:fraudreview.web_processes", \
    "--no-control-socket", "--worker-tmp-dir=/dev/shm", "--access-logfile=-"]
