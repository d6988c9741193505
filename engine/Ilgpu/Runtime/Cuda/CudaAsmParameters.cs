namespace ILGPU.Runtime.Cuda;

/// <summary>An argument of <c>CudaAsm.EmitRef</c>.</summary>
public interface ICudaAsmEmitParameter;

/// <summary>A register that the text reads.</summary>
public struct Input<T>(T value) : ICudaAsmEmitParameter
    where T : struct
{
    public T Value = value;

    public static implicit operator Input<T>(T value) => new(value);
}

/// <summary>A register that the text writes.</summary>
public struct Output<T> : ICudaAsmEmitParameter
    where T : struct
{
    public T Value;
}

/// <summary>A register that the text reads and writes.</summary>
public struct Ref<T>(T value) : ICudaAsmEmitParameter
    where T : struct
{
    public T Value = value;

    public static implicit operator Ref<T>(T value) => new(value);
}
