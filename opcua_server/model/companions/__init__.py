"""The nodes used of companion models, by official number, each compared in a test with the official files."""

from opcua_server.model.companions.di import DI, DI_MODEL
from opcua_server.model.companions.job_control import JOB_CONTROL, JOB_CONTROL_MODEL
from opcua_server.model.companions.machinery import MACHINERY, MACHINERY_MODEL
from opcua_server.model.companions.machinery_jobs import MACHINERY_JOBS, MACHINERY_JOBS_MODEL
from opcua_server.model.companions.machinery_result import RESULT, RESULT_MODEL

MODELS = (DI_MODEL, MACHINERY_MODEL, JOB_CONTROL_MODEL, MACHINERY_JOBS_MODEL, RESULT_MODEL)
"""In an order in which each needs those before it only."""
FILES = {
    DI: "Opc.Ua.Di.NodeSet2.xml",
    MACHINERY: "Opc.Ua.Machinery.NodeSet2.xml",
    JOB_CONTROL: "opc.ua.isa95-jobcontrol.nodeset2.xml",
    MACHINERY_JOBS: "Opc.Ua.Machinery.Jobs.Nodeset2.xml",
    RESULT: "Opc.Ua.Machinery.Result.NodeSet2.xml",
}
"""What the official files are called."""
