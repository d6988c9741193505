namespace IlgpuGan.Cli.Kernels;

/// <summary>What <c>kernels dump</c> writes.</summary>
internal enum DumpFormat
{
    Ptx,
    Opencl,
}
