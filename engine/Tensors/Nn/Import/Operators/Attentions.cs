using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn.Import.Operators;

/// <summary>Scaled dot-product attention (Vaswani et al. 2017, section 3.2).</summary>
internal static class Attentions
{
    public static void Add(OperatorList list) => list.OnDevice.Add("Attention", Attention);

    /// <summary>
    /// softmax(Q·Kᵀ·scale + mask)·V, for inputs [N, heads, L, D] or [N, L, heads·D]; optional outputs are the keys and values, those of
    /// earlier steps included. A query whose keys are all masked gives 0.
    /// </summary>
    private static IReadOnlyList<RunningValue> Attention(NodeCall call)
    {
        var node = call.Node;
        ShapeException.ThrowIf(node.Float("softcap", 0) != 0 || call.Has(6), "a softcap or lengths of keys without padding are not known");

        using var q = Heads(call, 0, "q_num_heads");
        using var newKeys = Heads(call, 1, "kv_num_heads");
        using var newValues = Heads(call, 2, "kv_num_heads");
        using var keys = call.Has(4) ? TensorOps.Concat(2, call.Tensor(4), newKeys) : newKeys.Share();
        using var values = call.Has(5) ? TensorOps.Concat(2, call.Tensor(5), newValues) : newValues.Share();
        using var k = Repeated(keys, q.Shape[1]);
        using var v = Repeated(values, q.Shape[1]);
        using var products = q.MatMul(k, transposeB: true);
        using var scaled = products.Affine(node.Float("scale", 1 / MathF.Sqrt(q.Shape[3])), 0);
        using var masked = Masked(call, scaled);
        using var scores = node.Integer("is_causal", 0) != 0 ? Causal(masked, keys.Shape[2] - newKeys.Shape[2]) : masked.Share();
        using var largest = scores.Max([-1], keepDims: true);
        using var sees = largest.GreaterThan(float.NegativeInfinity);
        using var weights = scores.Softmax(-1);
        using var seen = weights.Mask(sees);
        using var y = seen.MatMul(v);
        var result = RunningValue.Of(call.ShapeOf(0).Rank == 4 ? y.Share() : Rows(y));
        return node.Outputs.Count == 1 ? [result] : [result, RunningValue.Of(keys.Share()), RunningValue.Of(values.Share())];
    }

    /// <summary>An input as [N, heads, L, D].</summary>
    private static Tensor Heads(NodeCall call, int index, string attribute)
    {
        var x = call.Tensor(index);
        if (x.Shape.Rank == 4)
        {
            return x.Share();
        }

        var heads = call.Node.Integer(attribute, 0);
        ShapeException.ThrowIf(x.Shape.Rank != 3 || heads < 1 || x.Shape[2] % heads != 0, $"{x.Shape} is not of {heads} heads");

        using var parts = x.Reshape(new Shape(x.Shape[0], x.Shape[1], (int)heads, (int)(x.Shape[2] / heads)));
        return parts.Permute(0, 2, 1, 3);
    }

    /// <summary>[N, heads, L, D] as [N, L, heads·D].</summary>
    private static Tensor Rows(Tensor x)
    {
        using var rows = x.Permute(0, 2, 1, 3);
        return rows.Reshape(new Shape(x.Shape[0], x.Shape[2], x.Shape[1] * x.Shape[3]));
    }

    /// <summary>Grouped queries: repeats each head of the keys or values for the heads of queries that share it.</summary>
    private static Tensor Repeated(Tensor x, int heads)
    {
        var s = x.Shape;
        ShapeException.ThrowIf(s.Rank != 4 || s[1] == 0 || heads % s[1] != 0, $"{heads} heads of queries do not share those of {s}");

        using var each = x.Unsqueeze(2);
        using var repeated = each.Expand(new Shape(s[0], s[1], heads / s[1], s[2], s[3]));
        return repeated.Reshape(new Shape(s[0], heads, s[2], s[3]));
    }

    /// <summary>Applies the mask: a boolean mask is true for visible keys, a float mask is added.</summary>
    private static Tensor Masked(NodeCall call, Tensor scores)
    {
        if (!call.Has(3))
        {
            return scores.Share();
        }

        var mask = call.Tensor(3);
        if (Shape.Broadcast("Attention", scores.Shape, mask.Shape) != scores.Shape)
        {
            throw NodeCall.Refused($"a mask {mask.Shape} does not fit {scores.Shape}");
        }

        if (call.Value(3).Kind == ElementKind.Float)
        {
            return scores.Add(mask);
        }

        using var isHidden = mask.EqualTo(0);
        return scores.MaskedFill(isHidden, float.NegativeInfinity);
    }

    /// <summary>Masks the keys that come after a query; <paramref name="earlier"/> keys come before the first query.</summary>
    private static Tensor Causal(Tensor scores, int earlier)
    {
        using var offsets = Shapes.DiagonalOffsets(scores.Shape[2], scores.Shape[3], scores.Device);
        using var isLater = offsets.GreaterThan((float)earlier);
        return scores.MaskedFill(isLater, float.NegativeInfinity);
    }
}
