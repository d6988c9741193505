namespace IlgpuGan.Tensors.Devices;

/// <summary>What may decide beside the table which kernel computes what, on devices that have several.</summary>
public enum TuningMode
{
    /// <summary>What was measured on the device before goes before the table.</summary>
    Kept,

    /// <summary>
    /// And on OpenCL, what was not is measured when it first comes up, for some seconds of a process: of the kernels that add in the
    /// table's order, so that bits are the same whatever is found.
    /// </summary>
    FirstUse,

    /// <summary>Nothing: the table alone.</summary>
    Table,
}
