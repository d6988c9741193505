using System.Runtime.InteropServices;
using NUnit.Framework.Constraints;

namespace IlgpuGan.TestsCommon;

/// <summary>
/// NUnit's <c>Is</c>, faster for large arrays, whose elements NUnit boxes: arrays with equal bytes pass at once; others are compared by
/// NUnit, with its tolerances and messages.
/// </summary>
internal abstract class Is : NUnit.Framework.Is
{
    public static EqualConstraint EqualTo(byte[] expected) => new EqualBytes<byte>(expected);

    public static EqualConstraint EqualTo(float[] expected) => new EqualBytes<float>(expected);

    private sealed class EqualBytes<T>(T[] expected) : EqualConstraint(expected)
        where T : unmanaged
    {
        public override ConstraintResult ApplyTo<TActual>(TActual actual) =>
            actual is T[] values && MemoryMarshal.AsBytes(values.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(expected.AsSpan()))
                ? new ConstraintResult(this, actual, isSuccess: true)
                : base.ApplyTo(actual);
    }
}
