using System.Collections.Immutable;
using System.Reflection;
using ILGPU.IR;

namespace ILGPU.Backends;

public enum KernelParameterKind
{
    /// <summary>The launch extent of an implicitly grouped kernel, Int32.</summary>
    Extent,

    /// <summary>The address of the view's first element; on OpenCL the memory object that it lies in.</summary>
    ViewPointer,

    /// <summary>OpenCL: Int64, bytes from the start of the memory object to the view's first element.</summary>
    ViewOffset,

    /// <summary>Int64, elements.</summary>
    ViewLength,

    /// <summary>A primitive.</summary>
    Scalar,

    /// <summary>OpenCL: the dynamic shared memory.</summary>
    DynamicShared,

    /// <summary>OpenCL: Int32, its bytes.</summary>
    DynamicSharedLength,
}

/// <summary>One parameter of the native kernel: where its value comes from and how it is passed.</summary>
/// <param name="Kind">What the value is.</param>
/// <param name="Argument">The number of the C# parameter, the index parameter included.</param>
/// <param name="Path">Fields from that parameter to the primitive, or to the ArrayView&lt;T&gt;.</param>
/// <param name="Type">What is passed.</param>
/// <param name="Component">
/// Extent: 0, 1 or 2 for X, Y or Z. Scalar: which element, if the path ends in a fixed buffer or inline array.
/// </param>
/// <param name="Offset">Bytes from the start of the packed argument buffer.</param>
/// <param name="IsReadOnly">ViewPointer: the kernel writes nothing through it.</param>
/// <param name="Alignment">ViewPointer: what the address of any view of this element type must be a multiple of, in bytes.</param>
public sealed record KernelParameter(
    KernelParameterKind Kind,
    int Argument,
    ImmutableArray<FieldInfo> Path,
    MemoryType Type,
    int Component,
    int Offset,
    bool IsReadOnly,
    int Alignment)
{
    /// <summary>
    /// ViewPointer: bytes that this image's vector accesses need the address to be a multiple of. Beyond <see cref="Alignment"/> it is a
    /// promise of the request, and a launch that breaks it needs an image compiled without.
    /// </summary>
    public int VectorAlignment { get; init; } = 1;
}
