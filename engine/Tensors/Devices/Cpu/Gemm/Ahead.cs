namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>
/// Two runs of memory that a micro-kernel asks for while it computes, because what follows it reads them: a little with each step of its
/// reduction, for many requests at once would have to wait for each other, and all that comes after with them.
/// </summary>
/// <param name="first">where the first begins</param>
/// <param name="firstStep">floats of it for each step of the reduction</param>
/// <param name="second">where the second begins</param>
/// <param name="secondStep">floats of it for each step of the reduction</param>
internal readonly unsafe struct Ahead(float* first, int firstStep, float* second, int secondStep)
{
    public float* First => first;

    public nint FirstStep => firstStep;

    public float* Second => second;

    public nint SecondStep => secondStep;
}
