using System.Reflection;

namespace ILGPU.Frontend.Intrinsics;

/// <summary>
/// The methods that are instructions rather than code, by the full name of their type. A translator answers false for the members of its
/// type that are to be compiled from their IL.
/// </summary>
internal static class IntrinsicTable
{
    private static readonly Dictionary<string, Func<IntrinsicCall, bool>> s_types = new()
    {
        [KnownTypes.ArrayView] = ViewIntrinsics.Translate,
        ["ILGPU.StoredViews"] = ViewIntrinsics.Stored,
        ["ILGPU.ViewBounds"] = AssertIntrinsics.Translate,
        ["System.Diagnostics.Debug"] = AssertIntrinsics.Translate,
        ["System.Diagnostics.Trace"] = AssertIntrinsics.Translate,
        ["ILGPU.Grid"] = ThreadIntrinsics.Grid,
        ["ILGPU.Group"] = ThreadIntrinsics.Group,
        ["ILGPU.Warp"] = ThreadIntrinsics.Warp,
        ["ILGPU.MemoryFence"] = ThreadIntrinsics.Fence,
        ["ILGPU.Runtime.Accelerator"] = ThreadIntrinsics.Accelerator,
        ["ILGPU.Atomic"] = AtomicIntrinsics.Translate,
        ["System.Threading.Interlocked"] = AtomicIntrinsics.Interlocked,
        ["ILGPU.SharedMemory"] = MemoryIntrinsics.Shared,
        ["ILGPU.LocalMemory"] = MemoryIntrinsics.Local,
        ["ILGPU.Interop"] = InteropIntrinsics.Translate,
        ["System.BitConverter"] = InteropIntrinsics.Reinterpret,
        ["System.Half"] = InteropIntrinsics.Half,
        ["System.Runtime.CompilerServices.Unsafe"] = UnsafeIntrinsics.Translate,
        ["System.Runtime.CompilerServices.RuntimeHelpers"] = UnsafeIntrinsics.RuntimeHelpers,
        ["System.Type"] = UnsafeIntrinsics.TypeMembers,
        ["System.Array"] = UnsafeIntrinsics.Array,
        ["System.Activator"] = UnsafeIntrinsics.Activator,
        ["System.Object"] = UnsafeIntrinsics.Object,
        ["System.Math"] = MathIntrinsics.Translate,
        ["System.MathF"] = MathIntrinsics.Translate,
        ["System.Single"] = MathIntrinsics.Primitive,
        ["System.Double"] = MathIntrinsics.Primitive,
        ["ILGPU.Algorithms.XMath"] = MathIntrinsics.XMath,
        ["System.Numerics.BitOperations"] = MathIntrinsics.Bits,
        ["System.Numerics.Vector2"] = NumericsIntrinsics.Translate,
        ["System.Numerics.Vector3"] = NumericsIntrinsics.Translate,
        ["System.Numerics.Vector4"] = NumericsIntrinsics.Translate,
        ["System.Numerics.Quaternion"] = NumericsIntrinsics.Refuse,
        ["System.Numerics.Matrix3x2"] = NumericsIntrinsics.Refuse,
        ["System.Numerics.Matrix4x4"] = NumericsIntrinsics.Refuse,
        ["System.Numerics.Plane"] = NumericsIntrinsics.Refuse,
        ["ILGPU.Runtime.Cuda.CudaAsm"] = CudaAsmIntrinsics.Translate,
        ["ILGPU.Runtime.Cuda.LibDevice"] = RoundingIntrinsics.Translate,
        ["ILGPU.Runtime.Cuda.TensorCores"] = TensorCoreIntrinsics.TensorCores,
        ["ILGPU.Runtime.Cuda.AsyncCopy"] = TensorCoreIntrinsics.AsyncCopy,
    };

    /// <summary>Translates a call in place if it is intrinsic.</summary>
    public static bool TryTranslate(IntrinsicCall call)
    {
        if (call.Method.DeclaringType is not { } type)
        {
            return false;
        }

        if (IsVectorProbe(call.Method))
        {
            return call.Return(IR.Constant.Int32(0));
        }

        if (NumericsIntrinsics.IsOfProcessor(type))
        {
            throw NumericsIntrinsics.Refusal(call.Method);
        }

        return s_types.TryGetValue(KnownTypes.Name(type), out var translate) && translate(call);
    }

    public static bool Knows(MethodInfo method) => method.DeclaringType is { } type && s_types.ContainsKey(KnownTypes.Name(type));

    // The framework asks the CPU for its instruction sets; a device has none of them.
    private static bool IsVectorProbe(MethodInfo method) =>
        method is { IsStatic: true, Name: "get_IsSupported" or "get_IsHardwareAccelerated" }
        && method.DeclaringType?.Namespace is { } space
        && (space.StartsWith("System.Runtime.Intrinsics", StringComparison.Ordinal) || space == "System.Numerics");
}
