"""The two methods that look at definitions without running them."""


def list_definitions(registry):
    """The answer to listStepDefinitions."""
    return {"stepDefinitions": [_definition(definition)
                                for definition in registry.definitions],
            "hooks": [_hook(hook) for hook in registry.hooks]}


def _hook(hook):
    return {"id": hook.id, "type": hook.type, "name": hook.name,
            "tagExpression": hook.tag_expression, "order": hook.order,
            "location": hook.location.as_json()}


def _definition(definition):
    if definition.is_regex:
        pattern = {"type": "regex", "dialect": "python-re"}
    else:
        pattern = {"type": "cucumberExpression"}
    pattern["source"] = definition.source
    entry = {"id": definition.id, "pattern": pattern,
             "stepType": None,
             "location": definition.location.as_json()}
    doc = (definition.function.__doc__ or "").strip()
    if doc:
        entry["doc"] = doc.splitlines()[0]
    return entry


def match_steps(registry, steps):
    """The answer to matchSteps: no step code runs."""
    return {"results": [_match(registry, entry) for entry in steps]}


def _match(registry, entry):
    text = entry["step"]
    try:
        matches = registry.find(text)
    except Exception as error:
        return {"matches": [], "error": str(error)}
    result = {"matches": [{
        "id": match.definition.id,
        "args": [_argument(found) for found in match.arguments],
    } for match in matches]}
    if not matches:
        kind = entry.get("argument")
        argument = {kind: True} if isinstance(kind, str) else None
        try:
            code = registry.snippet(text, entry.get("stepType"), argument)
            result["snippets"] = [{"language": "python", "code": code}]
        except Exception:
            # As in execute.py: undefined is told without the courtesy.
            pass
    return result


def _argument(found):
    entry = _group(found.group)
    entry["type"] = found.parameter_type.name
    return entry


def _group(group):
    entry = {"value": group.value, "start": group.start, "end": group.end}
    if group.value is None:
        entry["start"] = entry["end"] = None
    if group.children:
        entry["children"] = [_group(child) for child in group.children]
    return entry
