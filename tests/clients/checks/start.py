"""How soon a server is ready, and what it had to say."""

# The goal is half a second. A busy machine makes everybody wait, so what is judged is the work; an unoptimized build
# gets twice that.
GOAL = 0.5
LIMIT = 2 * GOAL


def ready_in_time(server):
    node = server.nodes[0]
    node.stop()
    node.launch()
    again, first, work = node.wait(), max(server.ready), node.worked()
    words = f"first start {first * 1000:.0f} ms, restart {again * 1000:.0f} ms, of which {work * 1000:.0f} ms of work"
    assert work < LIMIT, f"{words} (goal {GOAL * 1000:.0f} ms)"
    return words


def quiet_log(server):
    """Every check is over: no error and no panic was logged."""
    for node in server.nodes:
        lines = [line for line in node.log().splitlines() if "ERROR" in line or "panicked" in line]
        assert not lines, "\n".join(lines[:10])
    return "no error, no panic"
