"""The metrics that AWS emits by itself, with their dimensions, as far as dashboard and alarms use them."""

from collections.abc import Mapping

_REST = frozenset({"ApiName", "Stage"})
_WEBSOCKETS = frozenset({"ApiId", "Stage"})
_FUNCTION = frozenset({"FunctionName"})
_VERSION = frozenset({"FunctionName", "Resource", "ExecutedVersion"})
_ACCOUNT: frozenset[str] = frozenset()
_NODE = frozenset({"CacheClusterId"})
_SERVICE = frozenset({"ClusterName", "ServiceName"})

EMITTED: Mapping[str, Mapping[str, frozenset[frozenset[str]]]] = {
    # "Amazon API Gateway dimensions and metrics"; "Monitor WebSocket API execution with CloudWatch metrics"
    "AWS/ApiGateway": {
        "Count": frozenset({_REST}),
        "Latency": frozenset({_REST}),
        "4XXError": frozenset({_REST}),
        "5XXError": frozenset({_REST}),
        "MessageCount": frozenset({_WEBSOCKETS}),
        "ConnectCount": frozenset({_WEBSOCKETS}),
        "IntegrationLatency": frozenset({_REST, _WEBSOCKETS}),
    },
    # "Types of metrics for Lambda functions"; "View metrics for Lambda functions"
    "AWS/Lambda": {
        "Duration": frozenset({_FUNCTION, _VERSION}),
        "Errors": frozenset({_FUNCTION, _VERSION, _ACCOUNT}),
        "Throttles": frozenset({_FUNCTION, _VERSION, _ACCOUNT}),
        "ConcurrentExecutions": frozenset({_FUNCTION, _ACCOUNT}),
    },
    # "Visualizing your service quotas and setting alarms"
    "AWS/Usage": {"ConcurrentExecutions": frozenset({frozenset({"Service", "Type", "Resource", "Class"})})},
    # "Amazon MSK metrics for monitoring Standard brokers with CloudWatch", level DEFAULT
    "AWS/Kafka": {
        "SumOffsetLag": frozenset({frozenset({"Cluster Name", "Consumer Group", "Topic"})}),
        "KafkaDataLogsDiskUsed": frozenset({frozenset({"Cluster Name", "Broker ID"})}),
    },
    # "Metrics for Valkey and Redis OSS"; "Host-Level Metrics"
    "AWS/ElastiCache": {
        "DatabaseMemoryUsagePercentage": frozenset({_NODE}),
        "EngineCPUUtilization": frozenset({_NODE}),
        "Evictions": frozenset({_NODE}),
    },
    # "Amazon ECS CloudWatch metrics"; "Amazon ECS Container Insights metrics"
    "AWS/ECS": {"CPUUtilization": frozenset({_SERVICE})},
    "ECS/ContainerInsights": {"RunningTaskCount": frozenset({_SERVICE})},
    # "Creating a billing alarm to monitor your estimated AWS charges"
    "AWS/Billing": {
        "EstimatedCharges": frozenset({frozenset({"Currency"}), frozenset({"Currency", "ServiceName"})}),
    },
}
