/** google/rpc/status.proto and the parts of code.proto and error_details.proto that occur in Gemini's errors. */
export const GOOGLE_RPC = `
syntax = "proto3";
package google.rpc;

message Status { int32 code = 1; string message = 2; repeated google.protobuf.Any details = 3; }

enum Code {
	OK = 0; CANCELLED = 1; UNKNOWN = 2; INVALID_ARGUMENT = 3; DEADLINE_EXCEEDED = 4; NOT_FOUND = 5; ALREADY_EXISTS = 6;
	PERMISSION_DENIED = 7; RESOURCE_EXHAUSTED = 8; FAILED_PRECONDITION = 9; ABORTED = 10; OUT_OF_RANGE = 11;
	UNIMPLEMENTED = 12; INTERNAL = 13; UNAVAILABLE = 14; DATA_LOSS = 15; UNAUTHENTICATED = 16;
}

message RetryInfo { google.protobuf.Duration retry_delay = 1; }

message QuotaFailure {
	message Violation {
		string subject = 1;
		string description = 2;
		string api_service = 3;
		string quota_metric = 4;
		string quota_id = 5;
		map<string, string> quota_dimensions = 6;
		int64 quota_value = 7;
		optional int64 future_quota_value = 8;
	}
	repeated Violation violations = 1;
}

message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }

message BadRequest {
	message FieldViolation { string field = 1; string description = 2; string reason = 3; LocalizedMessage localized_message = 4; }
	repeated FieldViolation field_violations = 1;
}

message Help { message Link { string description = 1; string url = 2; } repeated Link links = 1; }

message LocalizedMessage { string locale = 1; string message = 2; }
`;
