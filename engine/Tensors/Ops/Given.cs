using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>What a user of an op must give.</summary>
internal static class Given
{
    /// <exception cref="ArgumentNullException">one of them is null</exception>
    public static void Both(
        [NotNull] Tensor? a, [NotNull] Tensor? b, [CallerArgumentExpression(nameof(a))] string? nameOfA = null,
        [CallerArgumentExpression(nameof(b))] string? nameOfB = null)
    {
        ArgumentNullException.ThrowIfNull(a, nameOfA);
        ArgumentNullException.ThrowIfNull(b, nameOfB);
    }
}
