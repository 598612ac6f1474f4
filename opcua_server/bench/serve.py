"""One server of the comparison in a process of its own: `python -m opcua_server.bench.serve ours|stock COUNT RATE DIR`.

It prints where it listens and how its variables are called as one JSON object, and goes on until it is killed.
"""

import asyncio
import json
import socket
import sys
import time
from pathlib import Path
from typing import Any

from asyncua import ua
from asyncua.crypto.cert_gen import setup_self_signed_certificate
from asyncua.server.server import Server

from opcua_server.bench.synthetic_port import SyntheticPort, path_of
from opcua_server.gateway import gateway
from opcua_server.trust import Trust
from twin.host.logins import Access

NAMESPACE = "urn:rajola:bench"
URI = "urn:rajola:bench:server"
ACCEPT_S = 3600.0


def announce(address: str, namespace: str, names: list[str]) -> None:
    """Say where the server is."""
    sys.stdout.write(json.dumps({"address": address, "namespace": namespace, "names": names}) + "\n")
    sys.stdout.flush()


async def told_to_go(folder: Path) -> None:
    """Wait until all clients have subscribed: a saturated server would turn them away."""
    while not (folder / "go").exists():  # noqa: ASYNC110 - another process tells
        await asyncio.sleep(0.05)


async def ours(count: int, rate: float, folder: Path) -> None:
    """This project's gateway over a synthetic port."""
    port: Any = SyntheticPort(count, rate)
    Trust(folder / "pki", 100).accept_for(ACCEPT_S)
    options = {"access": Access(folder, open_loopback=True), "config": folder, "simulator": False}
    running = await gateway.start(port, "127.0.0.1", 0, options)
    announce(running.address, "urn:rajola:line:1", [path_of(number) for number in range(count)])
    await told_to_go(folder)
    await port.go_on()


async def stock(count: int, rate: float, folder: Path) -> None:
    """Asyncua's server as it comes, with `write_value` on every node."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = free.getsockname()[1]
    server = Server()
    await server.init()
    server.set_endpoint(f"opc.tcp://127.0.0.1:{number}/bench/")
    await setup_self_signed_certificate(
        folder / "key.pem", folder / "certificate.der", URI, "127.0.0.1", [], {"commonName": "bench"}
    )
    await server.load_certificate(str(folder / "certificate.der"))
    await server.load_private_key(folder / "key.pem")
    await server.set_application_uri(URI)
    server.set_security_policy([ua.SecurityPolicyType.NoSecurity, ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt])
    index = await server.register_namespace(NAMESPACE)
    names = [f"v{number}" for number in range(count)]
    nodes = []
    for start in range(0, count, 100):
        folder_node = await server.nodes.objects.add_folder(index, f"s{start // 100}")
        for name in names[start : start + 100]:
            wanted: Any = ua.NodeId(name, index)  # type: ignore[arg-type]
            nodes.append(await folder_node.add_variable(wanted, name, 0.0))
    async with server:
        announce(f"opc.tcp://127.0.0.1:{number}/bench/", NAMESPACE, names)
        await told_to_go(folder)
        due = time.monotonic()
        while True:
            due = max(due + 1.0 / rate, time.monotonic())
            await asyncio.sleep(due - time.monotonic())
            now = time.time()
            for node in nodes:
                await node.write_value(now)


if __name__ == "__main__":
    kind, how_many, how_often, where = sys.argv[1:]
    asyncio.run((ours if kind == "ours" else stock)(int(how_many), float(how_often), Path(where)))
