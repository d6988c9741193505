namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>
/// Two streams of memory that a micro-kernel prefetches for the code after it. It spreads the requests over the steps of its reduction: a
/// burst would fill the processor's queue of outstanding loads and stall everything behind it.
/// </summary>
/// <param name="first">start of the first stream</param>
/// <param name="firstStep">floats of the first stream per reduction step</param>
/// <param name="second">start of the second stream</param>
/// <param name="secondStep">floats of the second stream per reduction step</param>
internal readonly unsafe struct Prefetch(float* first, int firstStep, float* second, int secondStep)
{
    public float* First => first;

    public nint FirstStep => firstStep;

    public float* Second => second;

    public nint SecondStep => secondStep;
}
