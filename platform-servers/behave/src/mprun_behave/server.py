"""The SDK's server with behave's steps behind it."""

import os

import behave
import mprun_behave
from mprun import failure
from mprun.server import Server

failure.hide(os.path.dirname(os.path.abspath(__file__)))
failure.hide(os.path.dirname(os.path.abspath(behave.__file__)))


class BehaveServer(Server):
    """One connection to the runner, for one behave project."""

    def _initialize(self, params):
        result = super()._initialize(params)
        result["server"].update(
            name="mprun-behave", version=mprun_behave.__version__,
            sdk=f"behave {behave.__version__}")
        return result

    def _execute_step(self, params):
        self._refuse_broken_steps()
        kind = params.get("stepType")
        self._registry.step_type = self._registry.project.step_type(kind)
        return super()._execute_step(params)

    def _match_steps(self, params):
        self._refuse_broken_steps()
        steps = params.get("steps")
        if not isinstance(steps, list) or not all(
                isinstance(entry, dict) for entry in steps):
            return super()._match_steps(params)
        results = []
        for entry in steps:
            kind = entry.get("stepType")
            self._registry.step_type = (
                kind if kind in ("given", "when", "then") else None)
            results += super()._match_steps({"steps": [entry]})["results"]
        return {"results": results}

    def _list_step_definitions(self, params):
        result = super()._list_step_definitions(params)
        for entry, definition in zip(result["stepDefinitions"],
                                     self._registry.definitions):
            entry["stepType"] = definition.step_type
            if not definition.is_regex:
                entry["pattern"]["type"] = "opaque"
            if definition.doc and definition.doc.strip():
                entry["doc"] = definition.doc.strip().splitlines()[0]
        return result

    def _release(self):
        self._register_end()
        return super()._release()

    def _clean_up(self):
        self._closing = True
        self._register_end()
        super()._clean_up()

    def _register_end(self):
        """What behave would do here joins what the steps have deferred."""
        project, cleanups = self._registry.project, self._process.cleanups
        if project is None:
            return
        if project.is_open:
            cleanups.append((project.leave, ()))
        if self._closing and project.has_end():
            cleanups.insert(0, (project.finish, ()))
