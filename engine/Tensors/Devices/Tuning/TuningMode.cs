namespace IlgpuGan.Tensors.Devices;

/// <summary>How kernel variants are selected on devices that have several: by a fixed table, or by measurements.</summary>
public enum TuningMode
{
    /// <summary>Earlier measurements on the device take precedence over the table.</summary>
    Kept,

    /// <summary>
    /// As <see cref="Kept"/>; and on OpenCL, shapes not yet measured are measured at first use, for some seconds per process. Only kernels
    /// with the table's order of summation are candidates, so that the bits don't depend on the outcome.
    /// </summary>
    FirstUse,

    /// <summary>The table alone.</summary>
    Table,
}
