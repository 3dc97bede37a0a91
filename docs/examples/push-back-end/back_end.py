"""A back end of an agent of type push: takes signed hooks, and adds events to the runs."""
import base64, hashlib, hmac, json, os, threading, time, urllib.error, urllib.parse, urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = os.environ["HOOK_SECRET"].encode()
GATEWAY = os.environ.get("GATEWAY", "http://127.0.0.1:8080")
seen, stopped = set(), set()  # keep them in your database: a hook may come twice


def work(hook):
    words = ["You ", "said ", json.dumps(hook["input"], ensure_ascii=False), "."]
    calls = [[{"type": "agent_message", "delta": word}] for word in words] + [[{"type": "agent_completed"}]]
    for seq, events in enumerate(calls):
        if not add(hook, seq, events):
            return


def add(hook, seq, events):
    headers = {"Authorization": "Bearer " + hook["token"], "Content-Type": "application/json",
               "Producer-Id": "worker", "Producer-Epoch": "0", "Producer-Seq": str(seq)}
    url, body = urllib.parse.urljoin(GATEWAY, hook["events_url"]), json.dumps({"events": events}).encode()
    while hook["run_id"] not in stopped:  # what was taken before is not added again
        try:
            urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=30).close()
            return True
        except urllib.error.HTTPError as refusal:
            if refusal.code not in (429, 500, 503):
                return False  # the run has ended
        except OSError:
            pass  # the gateway is away
        time.sleep(1)
    return False


class Hooks(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        hook_id, timestamp = self.headers["webhook-id"], self.headers["webhook-timestamp"]
        mac = hmac.new(KEY, f"{hook_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
        signature = "v1," + base64.b64encode(mac).decode()
        fresh = abs(time.time() - int(timestamp)) < 300
        genuine = fresh and hmac.compare_digest(signature, self.headers["webhook-signature"])
        hook = json.loads(body) if genuine else {"type": ""}
        if hook["type"] == "run.started" and hook["run_id"] not in seen:
            seen.add(hook["run_id"])
            threading.Thread(target=work, args=(hook,), daemon=True).start()
        elif hook["type"] == "run.cancelled":
            stopped.add(hook["run_id"])  # 2xx says that the work has stopped
        self.send_response(202 if genuine else 401)
        self.send_header("Content-Length", "0")
        self.end_headers()


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "9000"))), Hooks)
print(f"hooks: http://127.0.0.1:{server.server_port}/", flush=True)
server.serve_forever()
