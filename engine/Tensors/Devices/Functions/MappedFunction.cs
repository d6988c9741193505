using System.Runtime.CompilerServices;
using Floats = System.Runtime.Intrinsics.Vector512<float>;

namespace IlgpuGan.Tensors.Devices.Functions;

/// <summary>A user's function, for code that does not know its type: one object for each.</summary>
internal abstract class MappedFunction
{
    /// <summary>The name of its type.</summary>
    public abstract string Name { get; }

    public static MappedFunction Of<TFunction>()
        where TFunction : struct, IElementwise => Instance<TFunction>.One;

    /// <summary>y = f(x) on a device.</summary>
    public abstract void Apply(IUnaryLoops loops, DeviceSpan x, DeviceSpan y);

    /// <inheritdoc cref="IElementwise.Derivative"/>
    public abstract Tensor Derivative(Tensor x);

    public override string ToString() => Name;

    private sealed class Instance<TFunction> : MappedFunction
        where TFunction : struct, IElementwise
    {
        public static readonly Instance<TFunction> One = new();

        public override string Name => typeof(TFunction).Name;

        public override void Apply(IUnaryLoops loops, DeviceSpan x, DeviceSpan y) => loops.Apply<Mapped<TFunction>>(0, 0, x, y);

        public override Tensor Derivative(Tensor x) => TFunction.Derivative(x);
    }
}

/// <summary>A user's function in the devices' loops over elements; its gradient is ops.</summary>
internal readonly struct Mapped<TFunction> : IUnary
    where TFunction : struct, IElementwise
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Apply(Floats x, Floats p, Floats q)
    {
        ref var first = ref Unsafe.As<Floats, float>(ref x);
        for (var i = 0; i < Floats.Count; i++)
        {
            Unsafe.Add(ref first, i) = TFunction.Of(Unsafe.Add(ref first, i));
        }

        return x;
    }

    public static float Apply(float x, float p, float q) => TFunction.Of(x);

    public static Floats Gradient(Floats saved, Floats dy, Floats p, Floats q) => throw new NotSupportedException();

    public static float Gradient(float saved, float dy, float p, float q) => throw new NotSupportedException();

    public static Operand? Curvature(Operand s, float p, float q) => throw new NotSupportedException();
}
