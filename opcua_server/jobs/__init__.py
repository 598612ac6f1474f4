"""Jobs over OPC UA: ISA-95 job control (OPC 10031-4) in the frame of OPC 40001-3."""
