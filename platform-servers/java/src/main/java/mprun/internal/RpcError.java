package mprun.internal;

import java.util.LinkedHashMap;
import java.util.Map;

/** Becomes the error member of an answer. */
final class RpcError extends Exception {
    static final int PARSE_ERROR = -32700;
    static final int INVALID_REQUEST = -32600;
    static final int METHOD_NOT_FOUND = -32601;
    static final int INVALID_PARAMS = -32602;
    static final int INTERNAL_ERROR = -32603;
    static final int UNSUPPORTED_VERSION = 1002;
    static final int CANCELLED = 1003;
    static final int SHUTTING_DOWN = 1005;
    static final int WRONG_PROCESS = 1006;
    static final int MESSAGE_TOO_LARGE = 1007;

    private static final long serialVersionUID = 1L;

    private final int code;
    private final transient Object data;

    RpcError(int code, String message) {
        this(code, message, null);
    }

    RpcError(int code, String message, Object data) {
        super(message);
        this.code = code;
        this.data = data;
    }

    Map<String, Object> asJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("code", code);
        json.put("message", getMessage());
        if (data != null) {
            json.put("data", data);
        }
        return json;
    }
}
