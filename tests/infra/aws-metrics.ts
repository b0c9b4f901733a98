/**
 * Metrics of AWS's services that an alarm or the dashboard may use: namespace → metric → the sets of dimensions without which CloudWatch
 * finds nothing.
 */
const functions = [["FunctionName"]];
const tables = [["TableName"], ["GlobalSecondaryIndexName", "TableName"]];
const queues = [["QueueName"]];
const topics = [["TopicName"]];
const apis = [["ApiId"], ["ApiId", "Stage"], ["ApiId", "Method", "Resource", "Stage"]];
const distributions = [["DistributionId", "Region"]];

const each = (names: string, dimensions: string[][]): Record<string, string[][]> =>
  Object.fromEntries(names.split(" ").map((name) => [name, dimensions]));

export const awsMetrics: Record<string, Record<string, string[][]>> = {
  // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
  "AWS/Lambda": each(
    "Invocations Errors DeadLetterErrors Throttles Duration IteratorAge ConcurrentExecutions",
    functions,
  ),
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
  "AWS/DynamoDB": each(
    "ConsumedReadCapacityUnits ConsumedWriteCapacityUnits ReadThrottleEvents WriteThrottleEvents",
    tables,
  ),
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
  "AWS/SQS": each(
    "ApproximateAgeOfOldestMessage ApproximateNumberOfMessagesDelayed ApproximateNumberOfMessagesNotVisible " +
      "ApproximateNumberOfMessagesVisible NumberOfEmptyReceives NumberOfMessagesDeleted NumberOfMessagesReceived " +
      "NumberOfMessagesSent SentMessageSize",
    queues,
  ),
  // https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
  "AWS/SNS": each(
    "NumberOfMessagesPublished NumberOfNotificationsDelivered NumberOfNotificationsFailed PublishSize",
    topics,
  ),
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
  "AWS/ApiGateway": each("4xx 5xx Count DataProcessed IntegrationLatency Latency", apis),
  // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
  "AWS/CloudFront": each(
    "4xxErrorRate 5xxErrorRate BytesDownloaded BytesUploaded Requests TotalErrorRate",
    distributions,
  ),
};
