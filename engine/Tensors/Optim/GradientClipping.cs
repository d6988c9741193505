using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Optim;

/// <summary>Limits gradients before a step: the norm of all together, and each element.</summary>
internal static class GradientClipping
{
    /// <summary>Replaces the gradients of parameters, all of which must have one, by clipped ones.</summary>
    /// <param name="norm">limit of the norm of all gradients together, null for none</param>
    /// <param name="value">each element is clamped to [−value, value]; null for no limit</param>
    public static void Clip(IReadOnlyList<NamedTensor> parameters, float? norm, float? value)
    {
        if (norm is { } most)
        {
            using var factor = FactorTo(most, parameters);
            foreach (var parameter in parameters)
            {
                Replace(parameter, parameter.Value.Gradient!.Multiply(factor));
            }
        }

        if (value is { } limit)
        {
            foreach (var parameter in parameters)
            {
                Replace(parameter, parameter.Value.Gradient!.Clamp(-limit, limit));
            }
        }
    }

    /// <summary>The factor that scales the gradients' norm down to a limit: min(1, most/(norm + 1e-6)), [].</summary>
    private static Tensor FactorTo(float most, IReadOnlyList<NamedTensor> parameters)
    {
        Tensor? sum = null;
        foreach (var parameter in parameters)
        {
            using var squares = parameter.Value.Gradient!.Square();
            var part = squares.Sum();
            if (sum is null)
            {
                sum = part;
                continue;
            }

            using (part)
            {
                var before = sum;
                sum = before.Add(part);
                before.Dispose();
            }
        }

        using (sum)
        using (var norm = sum!.Sqrt())
        using (var shifted = norm.Affine(1, 1e-6f))
        using (var inverse = shifted.Reciprocal())
        using (var factor = inverse.Affine(most, 0))
        {
            return factor.Clamp(0, 1);
        }
    }

    private static void Replace(NamedTensor parameter, Tensor gradient)
    {
        parameter.Value.ClearGradient();
        parameter.Value.Variable!.Gradient = gradient;
    }
}
