# make demo 试用 · make test 全部测试 · make check 静态检查与文档检查
# 第一次运行会建 .venv 并按锁文件安装；之后只在锁文件变了时再装。

PYTHON ?= python3
PY := .venv/bin/python
INSTALL := $(PY) -m pip install -qq --disable-pip-version-check
UV := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet

.DEFAULT_GOAL := help
.PHONY: help demo test check simulate campaign bench rules lock clean

help:
	@sed -n '1,2s/^# //p' Makefile
	@echo '另有：make simulate 模拟一年的催办 · make campaign 耗时的随机与断电试验 · make bench 性能'
	@echo '      make rules 重写 docs/rules.md · make lock 重写锁文件（要有 uv） · make clean 删掉 .venv 和缓存'

demo: .venv/.runtime
	@$(PY) -m bot demo

# 编译结果留在 __pycache__ 里（环境里写了不留也一样）：四个进程和测试里的子进程不必各编译一遍，约省四十秒。
test: export PYTHONDONTWRITEBYTECODE :=
test: .venv/.compiled
	$(PY) -m pytest -n 4 --dist worksteal

check: .venv/.dev
	$(PY) -m ruff check .
	$(PY) -m mypy
	PYTHONPATH=. .venv/bin/lint-imports --no-logo
	$(PY) -m docs.tools.rules --check
	$(PY) -m pytest -q tests/test_docs.py tests/test_layers.py

simulate: .venv/.dev
	@PYTHONPATH=. $(PY) -m tests.simulation $(OPTIONS)

campaign: .venv/.dev
	$(PY) -m pytest -m campaign

bench: .venv/.dev
	@for file in benchmarks/[a-z]*.py; do echo "== $$file"; PYTHONPATH=. $(PY) $$file || exit 1; done

rules: .venv/.dev
	$(PY) -m docs.tools.rules

lock:
	$(UV) --group build --output-file requirements.lock
	$(UV) --group build --group dev --constraint requirements.lock --output-file requirements-dev.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info
	find . -name __pycache__ -prune -exec rm -rf {} +

# 第一次由一个进程编译好，另外几个只管读
.venv/.compiled: .venv/.dev
	@PYTHONDONTWRITEBYTECODE= $(PY) -m pytest --collect-only -qq >/dev/null || true
	@touch $@

# ---- 环境：一个记号文件代表“已按这个锁文件装好” ----

.venv/.made:
	@command -v $(PYTHON) >/dev/null || \
	  { echo '没有找到 $(PYTHON)。请先安装 Python 3.11 或更新的版本。' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "要 Python 3.11 或更新的版本，现在是 $$($(PYTHON) --version)。可以指定：make demo PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo '这个 Python 缺少 venv 或 pip。在 Debian 或 Ubuntu 上请先运行：apt-get install python3-venv' >&2; exit 1; }
	@echo '第一次运行：建立 .venv …'
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.runtime: requirements.lock pyproject.toml .venv/.made
	@echo '安装运行所需的依赖（约一分钟） …'
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.runtime
	@echo '安装测试所需的依赖 …'
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@
