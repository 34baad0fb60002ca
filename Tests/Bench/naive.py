"""What a simple tool does to hand out work: no lock, no sync, no minimal edit. Measured against, never used."""

import datetime
import json
import os
import sys

root = sys.argv[1]
backlog = os.path.join(root, "_plans/next-development.todo.json")
receipts = os.path.join(root, "_report/usage/naive")

with open(backlog, encoding="utf-8") as file:
    document = json.load(file)
item = next((item for item in document["items"] if item["status"] == "pending"), None)
if item is None:
    sys.exit(3)
now = datetime.datetime.now(datetime.timezone.utc)
item["status"] = "in_progress"
item["claim"] = {"by": "naive", "at": now.isoformat()}
document["history"].append({"id": item["id"], "claimed_at": now.isoformat()})
with open(backlog, "w", encoding="utf-8") as file:
    json.dump(document, file, indent=2, ensure_ascii=False)
os.makedirs(receipts, exist_ok=True)
with open(os.path.join(receipts, now.strftime("%Y%m%dT%H%M%S.%f") + ".json"), "w", encoding="utf-8") as file:
    json.dump({"task": item, "prompt": "Task ID: " + item["id"]}, file, indent=2)
print("Task ID: " + item["id"])
