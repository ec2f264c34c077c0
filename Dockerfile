# eGemma Serve in a container: `docker build --target cpu .`, or `--target cuda` for NVIDIA GPUs.
#
# Nobody in it is root. Keys, sessions and downloads lie in /data, or where `models_dir` says, such as /srv/models.
# The wheel of torch that pip finds by itself carries CUDA; `--build-arg TORCH_INDEX=URL` names an index of smaller ones.

ARG PYTHON_IMAGE=python:3.12.12-slim-bookworm
ARG CUDA_VERSION=12.8.1

# --- CPU: llama.cpp for any x86-64 of the last ten years, or any 64-bit ARM ---

FROM ${PYTHON_IMAGE} AS cpu-build
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends build-essential cmake ninja-build \
    && rm -rf /var/lib/apt/lists/*
ARG TORCH_INDEX=""
ENV CMAKE_ARGS="-DGGML_NATIVE=OFF -DLLAVA_BUILD=OFF" PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
WORKDIR /src
COPY constraints.txt ./
RUN /opt/venv/bin/pip install --constraint constraints.txt torch ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} \
    && /opt/venv/bin/pip install --constraint constraints.txt llama-cpp-python
COPY pyproject.toml README.md LICENSE ./
COPY deployments deployments
COPY personas personas
COPY models/pocket/pocket-chat.gguf models/pocket/pocket-chat.gguf
RUN /opt/venv/bin/pip install --constraint constraints.txt '.[postgres,redis]'

FROM ${PYTHON_IMAGE} AS cpu
# libgomp: llama.cpp's threads; wget: what KubeRay asks a pod's health with
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 wget \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 1000 workbench && useradd --uid 1000 --gid 1000 --create-home workbench \
    && install --directory --owner workbench --group workbench /data /srv/models \
    && echo "export PATH=/opt/venv/bin:\$PATH" > /etc/profile.d/workbench.sh
COPY --from=cpu-build /opt/venv /opt/venv
COPY serve_config.yaml /app/
COPY configs /app/configs
ENV PATH=/opt/venv/bin:$PATH XDG_DATA_HOME=/data XDG_CACHE_HOME=/data/cache PYTHONUNBUFFERED=1
WORKDIR /app
USER 1000:1000
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s \
    CMD ["wget", "--quiet", "--output-document=-", "http://127.0.0.1:8000/health"]
ENTRYPOINT ["workbench"]
CMD ["up", "serve_config.yaml", "--host", "0.0.0.0"]

# --- CUDA: llama.cpp for NVIDIA GPUs; torch brings its own libraries ---

FROM nvidia/cuda:${CUDA_VERSION}-devel-ubuntu24.04 AS cuda-build
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends build-essential cmake ninja-build python3 python3-dev python3-venv \
    && rm -rf /var/lib/apt/lists/*
# the driver comes with the machine that runs the image; here its stub is linked
ENV CMAKE_ARGS="-DGGML_NATIVE=OFF -DLLAVA_BUILD=OFF -DGGML_CUDA=ON" LIBRARY_PATH=/usr/local/cuda/lib64/stubs \
    PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python3 -m venv /opt/venv
WORKDIR /src
COPY constraints.txt ./
RUN /opt/venv/bin/pip install --constraint constraints.txt torch llama-cpp-python
COPY pyproject.toml README.md LICENSE ./
COPY deployments deployments
COPY personas personas
COPY models/pocket/pocket-chat.gguf models/pocket/pocket-chat.gguf
RUN /opt/venv/bin/pip install --constraint constraints.txt '.[postgres,redis]'

FROM nvidia/cuda:${CUDA_VERSION}-runtime-ubuntu24.04 AS cuda
# Ubuntu's image has a user 1000 already, by the name of ubuntu
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 python3 wget \
    && rm -rf /var/lib/apt/lists/* \
    && usermod --login workbench --home /home/workbench --move-home ubuntu && groupmod --new-name workbench ubuntu \
    && install --directory --owner workbench --group workbench /data /srv/models \
    && echo "export PATH=/opt/venv/bin:\$PATH" > /etc/profile.d/workbench.sh
COPY --from=cuda-build /opt/venv /opt/venv
COPY serve_config.yaml /app/
COPY configs /app/configs
ENV PATH=/opt/venv/bin:$PATH XDG_DATA_HOME=/data XDG_CACHE_HOME=/data/cache PYTHONUNBUFFERED=1
WORKDIR /app
USER 1000:1000
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s \
    CMD ["wget", "--quiet", "--output-document=-", "http://127.0.0.1:8000/health"]
ENTRYPOINT ["workbench"]
CMD ["up", "serve_config.yaml", "--host", "0.0.0.0"]
