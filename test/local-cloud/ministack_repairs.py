"""Where MiniStack 1.5.33 differs from AWS in a way that would make a test pass or fail wrongly.

Each repair says what AWS does. They reach into MiniStack's modules, so they hold for the version that requirements.txt pins:
when it is raised, every repair is checked against the new version, and goes where it is no longer needed.
"""
import decimal
import importlib.metadata
import json
import re
import threading
import time
from contextvars import ContextVar
from urllib.parse import parse_qs, unquote

from ministack import app
from ministack.core import iam_actions, iam_evaluator, lambda_runtime
from ministack.core.responses import json_response
from ministack.core.router import extract_access_key_id
from ministack.services import bedrock, bedrock_agentcore, cloudwatch_logs, eventbridge, iam, lambda_svc
from ministack.services.cloudformation import provisioners

REPAIRED_VERSION = "1.5.33"
RETRY_SECONDS = 0.2  # AWS waits longer and longer


def apply() -> None:
    version = importlib.metadata.version("ministack")
    if version != REPAIRED_VERSION:
        raise RuntimeError(f"the repairs are made for MiniStack {REPAIRED_VERSION}; check each of them with {version}")
    keep_38_digits()
    name_handler_errors()
    retry_log_subscriptions()
    report_stream_failures()
    accept_events_of_services()
    check_attachments()
    authorize_like_iam()
    allow_switching_authorization()
    accept_metric_math()
    find_profiles_by_arn()
    know_harnesses_and_tags_of_runtimes()
    authorize_agent_core()
    name_signers_of_function_urls()
    add_up_log_lines()


def find_profiles_by_arn() -> None:
    """Bedrock finds an inference profile by its id and by its ARN, which is what calls are made with; MiniStack by its id alone."""
    get = bedrock._get_inference_profile
    bedrock._get_inference_profile = lambda identifier: get(identifier.rsplit("/", 1)[-1])


def keep_38_digits() -> None:
    """DynamoDB calculates with 38 significant digits, Python's decimals with 28 unless told otherwise."""
    decimal.DefaultContext.prec = 38  # of the threads to come
    decimal.getcontext().prec = 38


def name_handler_errors() -> None:
    """A handler's error keeps its name: state machines retry and catch by it. MiniStack calls every one `Runtime.HandlerError`."""
    script = lambda_runtime._NODEJS_WORKER_SCRIPT
    for before, after in (
        ('error: String(err.message || err), trace:', 'error: String(err.message || err), error_type: err.name, trace:'),
        ('error: e.message, trace: e.stack', 'error: e.message, error_type: e.name, trace: e.stack'),
    ):
        script = script.replace(before, after)
    lambda_runtime._NODEJS_WORKER_SCRIPT = script

    last_error = threading.local()
    invoke, execute = lambda_runtime.Worker.invoke, lambda_svc._execute_function_warm

    def remember(self, *args, **kwargs):
        response = invoke(self, *args, **kwargs)
        last_error.type = response.get("error_type")
        return response

    def rename(*args, **kwargs):
        last_error.type = None
        result = execute(*args, **kwargs)
        if result.get("error") and last_error.type:
            result["body"]["errorType"] = last_error.type
        return result

    lambda_runtime.Worker.invoke = remember
    lambda_svc._execute_function_warm = rename


def retry_log_subscriptions() -> None:
    """CloudWatch Logs invokes asynchronously: what fails is retried, and goes to the failure destination in the end."""
    execute = lambda_svc._execute_function_with_config_scope

    def execute_or_queue(func, event):
        # whoever invokes the function themselves with such an event waits for its answer
        is_asked_for = threading.current_thread().name.startswith("ministack-lambda-invoke")
        if isinstance(event, dict) and "awslogs" in event and not is_asked_for:
            return lambda_svc.invoke_async_with_retry(func, event)
        return execute(func, event)

    lambda_svc._execute_function_with_config_scope = execute_or_queue


def report_stream_failures() -> None:
    """The failure handling of DynamoDB event-source mappings: partial batches, bisection, a limited number of retries, a destination.

    MiniStack takes a batch with `batchItemFailures` for a success, and repeats one that throws until its records expire.
    """
    poll, execute = lambda_svc._poll_dynamodb_streams, lambda_svc._execute_function
    poller = threading.local()

    def first_failure(mapping, records, result):
        """The index of the first record to deliver again, or None."""
        if result.get("error"):
            return 0
        body = result.get("body")
        if "ReportBatchItemFailures" not in mapping.get("FunctionResponseTypes", []) or not isinstance(body, dict):
            return None
        failed = {failure.get("itemIdentifier") for failure in body.get("batchItemFailures") or []}
        unknown = 0 if failed else None  # an identifier of no record means the whole batch
        return next((i for i, record in enumerate(records) if record["dynamodb"]["SequenceNumber"] in failed), unknown)

    def deliver(func, mapping, records, retries) -> dict:
        """Ends with an error where the poller is to deliver again."""
        result = execute(func, {"Records": records})
        failure = first_failure(mapping, records, result)
        if failure is None:
            return result
        if failure > 0:  # the records before it are done
            return deliver(func, mapping, records[failure:], retries)
        if mapping.get("BisectBatchOnFunctionError") and len(records) > 1:
            middle = len(records) // 2
            first = deliver(func, mapping, records[:middle], retries)
            return first if first.get("error") else deliver(func, mapping, records[middle:], retries)
        if retries < 0:  # without a limit
            return {**result, "error": True}
        if retries > 0:
            time.sleep(RETRY_SECONDS)
            return deliver(func, mapping, records, retries - 1)
        lambda_svc._send_ddb_stream_failure_record(
            mapping, func, records, records[0]["eventSourceARN"], result, "RetryAttemptsExhausted")
        return {}

    def poll_marked():
        poller.active = True
        return poll()

    def execute_with_failure_handling(func, event):
        if not getattr(poller, "active", False) or event["Records"][0].get("eventSource") != "aws:dynamodb":
            return execute(func, event)
        records = event["Records"]
        name = (func.get("config") or func)["FunctionName"]
        mapping = next(m for _, _, m in lambda_svc._iter_all_esms()
                       if m.get("FunctionName") == name and m.get("EventSourceArn") == records[0]["eventSourceARN"])
        return deliver(func, mapping, records, int(mapping.get("MaximumRetryAttempts", -1)))

    lambda_svc._poll_dynamodb_streams = poll_marked
    lambda_svc._execute_function = execute_with_failure_handling


def accept_events_of_services() -> None:
    """Tests play CloudTrail, so they may put events of an `aws.` source; and the `Time` of an entry is the time of its event."""
    put, now = eventbridge._put_events, eventbridge._now_ts
    event_time: ContextVar = ContextVar("event_time", default=None)

    def put_one(entry):
        token = event_time.set(entry.get("Time"))
        try:
            return json.loads(put({"Entries": [entry]}, allow_aws_source=True)[2])
        finally:
            event_time.reset(token)

    def put_events(data, allow_aws_source=True):
        if len(data.get("Entries", [])) > 10:
            return put(data)  # which refuses them
        answers = [put_one(entry) for entry in data.get("Entries", [])]
        return json_response({
            "FailedEntryCount": sum(answer["FailedEntryCount"] for answer in answers),
            "Entries": [answer["Entries"][0] for answer in answers],
        })

    eventbridge._put_events = put_events
    eventbridge._now_ts = lambda: event_time.get() or now()


def check_attachments() -> None:
    """IAM attaches only policies that exist, ten to a user or a role, and none to a role that belongs to a service of AWS."""
    def check(attach, entities, name_key, quota):
        def attach_checked(params):
            entity = entities.get(iam._p(params, name_key)) or {}
            attached, arn = entity.get("AttachedPolicies", []), iam._p(params, "PolicyArn")
            if entity.get("Path", "/").startswith(("/aws-service-role/", "/aws-reserved/")):
                return iam._error(400, "UnmodifiableEntity", "Cannot perform the operation on the protected role.", ns="iam")
            if entity and not iam._is_aws_managed_arn(arn) and not iam._policy_exists(arn):
                return iam._error(404, "NoSuchEntity", f"Policy {arn} does not exist or is not attachable.", ns="iam")
            if entity and arn not in attached and len(attached) >= 10:
                return iam._error(409, "LimitExceeded", f"Cannot exceed quota for {quota}: 10", ns="iam")
            return attach(params)
        return attach_checked

    handlers = iam._IAM_HANDLERS
    handlers["AttachUserPolicy"] = check(handlers["AttachUserPolicy"], iam._users, "UserName", "PoliciesPerUser")
    handlers["AttachRolePolicy"] = check(handlers["AttachRolePolicy"], iam._roles, "RoleName", "PoliciesPerRole")


def authorize_like_iam() -> None:
    """`Converse` needs the right to `InvokeModel`; reading parameters by path needs the right to the path; the right to attach can be limited to one
    policy by `iam:PolicyARN`, and the right to put events to one source by `events:source`. And since the SDK speaks TLS to AWS, plain HTTP to this
    cloud counts as that."""
    extract, resolve = iam_actions.extract_iam_action, iam_evaluator._resolve_condition_key
    extract_resource = iam_actions.extract_resource_arn
    rights = {"bedrock:Converse": "bedrock:InvokeModel", "bedrock:ConverseStream": "bedrock:InvokeModelWithResponseStream"}
    condition_keys: ContextVar = ContextVar("condition_keys", default={})

    def condition_keys_of(action, body) -> dict:
        if action.startswith("iam:"):
            return {"iam:policyarn": next(iter(parse_qs(body.decode()).get("PolicyArn", [])), None)}
        if action == "events:PutEvents":
            sources = {entry.get("Source", "") for entry in json.loads(body).get("Entries", [])}
            return {"events:source": ",".join(sorted(sources))}  # each entry counts: two sources are none that a condition can name
        return {}

    def extract_right(service, method, path, headers, body, query_params):
        action = extract(service, method, path, headers, body, query_params)
        condition_keys.set(condition_keys_of(action or "", body))
        return rights.get(action, action)

    def extract_resource_or_path(service, method, path, headers, body, query_params, region, account_id):
        by_path = json.loads(body or b"{}").get("Path") if service == "ssm" else None
        if by_path:
            return f"arn:aws:ssm:{region}:{account_id}:parameter/{by_path.strip('/')}"
        return extract_resource(service, method, path, headers, body, query_params, region, account_id)

    def resolve_keys_of_services_too(key, context):
        value = {"aws:securetransport": "true", **condition_keys.get()}.get(key.lower())
        return resolve(key, context) if value is None else value

    iam_actions.extract_iam_action = extract_right
    iam_actions.extract_resource_arn = extract_resource_or_path
    iam_evaluator._resolve_condition_key = resolve_keys_of_services_too


def allow_switching_authorization() -> None:
    """Not a difference: MiniStack authorizes from its start or never, but the CDK CLI cannot deploy into one that does.

    Handlers get the credentials of their role when their process starts, so those that run are ended.
    """
    configure = app._handle_admin_config_request

    async def configure_authorization_too(path, method, body):
        if (path, method) == ("/_ministack/authorization", "PUT"):
            app.AUTH = body == b"on"
            lambda_runtime.reset()
            return 204, {}, b""
        return await configure(path, method, body)

    app._handle_admin_config_request = configure_authorization_too


def accept_metric_math() -> None:
    """An alarm may watch an expression. MiniStack refuses it; here it watches the expression's first metric, so that the stack deploys."""
    record = provisioners._cw_metric_alarm_record

    def of_first_metric(name, props):
        stats = [entry["MetricStat"] for entry in props.get("Metrics") or [] if entry.get("MetricStat")]
        if not stats:
            return record(name, props)
        stat = stats[0]
        simple = {key: value for key, value in props.items() if key != "Metrics"}
        return record(name, {**simple, **stat["Metric"], "Statistic": stat.get("Stat", "Sum"), "Period": stat.get("Period", 300)})

    provisioners._cw_metric_alarm_record = of_first_metric


def know_harnesses_and_tags_of_runtimes() -> None:
    """AgentCore lists harnesses, of which there are none here, and tells the tags that a runtime was created with. MiniStack knows neither."""
    handle, tags = bedrock_agentcore.handle_request, {}

    async def handle_those_too(method, path, headers, body, query_params):
        resource, _, name = path.strip("/").partition("/")
        if (method, resource) == ("GET", "harnesses"):
            return bedrock_agentcore._not_found(f"Harness {name} was not found.") if name else json_response({"harnesses": []})
        if (method, resource) == ("GET", "tags"):
            arn = unquote(name)
            exists = any(runtime["agentRuntimeArn"] == arn for runtime in bedrock_agentcore._runtimes.values())
            return json_response({"tags": tags.get(arn, {})}) if exists else bedrock_agentcore._not_found(f"Resource {arn} was not found.")
        answer = await handle(method, path, headers, body, query_params)
        if (method, resource, name) == ("PUT", "runtimes", "") and answer[0] < 300:
            tags[json.loads(answer[2])["agentRuntimeArn"]] = json.loads(body).get("tags") or {}
        return answer

    bedrock_agentcore.handle_request = handle_those_too


def authorize_agent_core() -> None:
    """Each call of AgentCore's control plane needs a right: to its runtime, harness or tagged resource, or to `*` for a list. MiniStack asks for none."""
    iam_actions._BOTOCORE_SERVICE_MAP["bedrock-agentcore"] = ["bedrock-agentcore-control"]
    extract_resource = iam_actions.extract_resource_arn

    def extract_agent_resource(service, method, path, headers, body, query_params, region, account_id):
        collection, _, name = path.strip("/").partition("/")
        if service == "bedrock-agentcore" and name:
            if collection == "tags":
                return unquote(name)
            if collection in ("runtimes", "harnesses") and "/invocations" not in unquote(path):
                kind = {"runtimes": "runtime", "harnesses": "harness"}[collection]
                return f"arn:aws:bedrock-agentcore:{region}:{account_id}:{kind}/{unquote(name.split('/')[0])}"
        return extract_resource(service, method, path, headers, body, query_params, region, account_id)

    iam_actions.extract_resource_arn = extract_agent_resource


def name_signers_of_function_urls() -> None:
    """A function behind a URL with `AWS_IAM` learns who signed the request; and the signer needs two rights, `InvokeFunctionUrl` and, through the URL,
    `InvokeFunction`. Whoever lacks one is not told which. MiniStack names nobody, asks for the first right alone, and tells of it.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html, https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
    """
    handle, build = lambda_svc.handle_function_url_request, lambda_svc._build_function_url_event
    authorize = app._handle_lambda_url_request
    signer: ContextVar = ContextVar("signer", default=None)

    def forbidden():
        message = "Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
        return 403, {"Content-Type": "application/json", "x-amzn-ErrorType": "AccessDeniedException"}, json.dumps({"Message": message}).encode()

    async def handle_for_signer(url_id, method, path, headers, body, query_params, resolved=None, source_ip=None):
        resolved = resolved or lambda_svc.resolve_function_url(url_id)
        if resolved and resolved[4].get("AuthType") == "AWS_IAM":
            account_id, region, name = resolved[:3]
            if app._enforce_data_plane("lambda", "lambda:InvokeFunction", headers, query_params, "",
                                       resource_arn=f"arn:aws:lambda:{region}:{account_id}:function:{name}",
                                       service_context={"lambda:InvokedViaFunctionUrl": "true"}):
                return forbidden()
            signer.set(iam_evaluator.resolve_caller_identity(extract_access_key_id(headers, query_params)))
        return await handle(url_id, method, path, headers, body, query_params, resolved=resolved, source_ip=source_ip)

    def build_with_signer(*args, **kwargs):
        event, who = build(*args, **kwargs), signer.get()
        if who:
            event["requestContext"]["accountId"] = who["accountId"]
            event["requestContext"]["authorizer"] = {"iam": {
                "accessKey": who["accessKey"], "accountId": who["accountId"], "callerId": who["userId"], "cognitoIdentity": None,
                "principalOrgId": who["principalOrgId"], "userArn": who["userArn"], "userId": who["userId"],
            }}
        return event

    async def authorize_tersely(host, path, *args, **kwargs):
        answer = await authorize(host, path, *args, **kwargs)
        return forbidden() if answer and answer[0] == 403 and b"is not authorized to perform" in answer[2] else answer

    lambda_svc.handle_function_url_request = handle_for_signer
    lambda_svc._build_function_url_event = build_with_signer
    app._handle_lambda_url_request = authorize_tersely


def add_up_log_lines() -> None:
    """Logs Insights adds up the fields of JSON lines. MiniStack passes over `stats` and over filters by such fields, and answers every line."""
    start = cloudwatch_logs._start_query

    def start_query(data):
        stages = [stage.strip() for stage in data.get("queryString", "").split(" | ")]
        stats = next((stage for stage in stages if stage.startswith("stats ")), None)
        if stats is None:
            return start(data)
        answer = start({**data, "queryString": "fields @message"})
        query = cloudwatch_logs._queries.get(json.loads(answer[2]).get("queryId"))
        if query:
            query["results"] = added_up(query["results"], [stage for stage in stages if stage.startswith("filter ")], stats)
        return answer

    cloudwatch_logs._start_query = start_query


def added_up(rows, filters, stats) -> list:
    """Understands `filter a = "x" and b in ["y", "z"]` and `stats sum(c) as d, count(*) as e by f, g`."""
    sums, _, keys = stats.removeprefix("stats ").partition(" by ")
    keys = [key.strip() for key in keys.split(",")]
    wanted = [condition for stage in filters for condition in stage.removeprefix("filter ").split(" and ")]
    columns = re.findall(r"(sum|count)\(([\w*]+)\) as (\w+)", sums)
    groups = {}
    for row in rows:
        line = json_of(next((part["value"] for part in row if part["field"] == "@message"), ""))
        if line is None or not all(holds(condition, line) for condition in wanted):
            continue
        group = groups.setdefault(tuple(str(line.get(key, "")) for key in keys), dict.fromkeys((name for _, _, name in columns), 0))
        for function, field, name in columns:
            group[name] += 1 if function == "count" else line.get(field, 0)
    return [
        [*({"field": key, "value": value} for key, value in zip(keys, values)), *({"field": name, "value": str(total)} for name, total in group.items())]
        for values, group in groups.items()
    ]


def holds(condition, line) -> bool:
    field, operator, value = re.match(r"(\w+) (=|in) (.+)", condition).groups()
    return line.get(field) in json.loads(value if operator == "in" else f"[{value}]")


def json_of(text):
    try:
        line = json.loads(text)
    except ValueError:
        return None
    return line if isinstance(line, dict) else None
