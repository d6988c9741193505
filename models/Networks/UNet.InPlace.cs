namespace IlgpuGan.Models.Networks;

public sealed partial class UNet
{
    /// <summary>
    /// The forward pass without gradients, with fewer passes over memory. A concatenated array is read only by a ReLU, so both halves are
    /// written with the ReLU applied. The norm on the way up writes the upper half. The skip half is the ReLU of the leaky ReLU's output,
    /// which equals the ReLU of its input. It is written last: if the norm on the way down wrote it, it would have left the caches before
    /// the convolution reads it, which costs what the fused pass saves. The bits are those of <see cref="SkipBlock.Forward"/>.
    /// </summary>
    private sealed partial class Block
    {
        /// <summary>
        /// Whether this path applies: the halves of concatenated arrays are contiguous (batch size 1), and every level is concatenated and
        /// has no active dropout.
        /// </summary>
        public bool JoinsInPlace(Tensor x) => LayerFusion.IsEnabled && x.Shape[0] == 1 && IsJoinedBySkips;

        private bool IsJoinedBySkips =>
            (_inner is null || (_inner.Skip == SkipConnection.Concat && _inner.IsJoinedBySkips))
            && !Layers.Children.Any(child => child.Module is Dropout { IsIdentity: false });

        /// <summary>The outermost level: [1, in, H, W] to [1, out, H, W].</summary>
        public Tensor ForwardInPlace(Tensor x)
        {
            using var joined = Joined(Down(x));
            var y = Up(joined);
            using var layer = OpProfile.Enter(Layers[^1]);
            return Layers[^1].Consume(y);
        }

        /// <summary>Runs an inner level.</summary>
        /// <param name="x">[1, Input, H, W] after the leaky ReLU</param>
        /// <param name="half">receives the ReLU of the result: half of a concatenated array, with x's shape</param>
        private void Run(Tensor x, Tensor half)
        {
            var z = Down(x);
            using var joined = _inner is null ? Rectified(z) : Joined(z);
            var y = Up(joined);
            if (NormAfter(_up) is { } norm)
            {
                using var layer = OpProfile.Enter(norm);
                _ = norm.Consume(y, new NormEpilogue(UnaryFunction.Relu, Into: half));
            }
            else
            {
                using var layer = OpProfile.Enter(this);
                y.ReluTo(half);
                y.Dispose();
            }
        }

        /// <summary>Concatenates the ReLU of z and the ReLU of the inner level's output: [1, 2·Inside, H/2, W/2].</summary>
        /// <param name="z">[1, Inside, H/2, W/2] before its norm; consumed</param>
        private Tensor Joined(Tensor z)
        {
            using var level = OpProfile.Enter(_inner!);
            var channels = z.Shape[1];
            var leaky = (LeakyReLU)_inner!.Layers[0];
            if (NormAfter(_down) is { } norm)
            {
                using var layer = OpProfile.Enter(norm);
                z = norm.Consume(z, new NormEpilogue(UnaryFunction.LeakyRelu, leaky.Slope));
            }
            else
            {
                using var layer = OpProfile.Enter(leaky);
                z = leaky.Consume(z);
            }

            var joined = Tensor.Empty(z.Shape.With(1, 2 * channels), z.Device);
            using var skip = joined.Slice(1, 0, channels);
            using var upper = joined.Slice(1, channels, channels);
            _inner.Run(z, upper);
            z.ReluTo(skip);
            z.Dispose();
            return joined;
        }

        private Tensor Down(Tensor x)
        {
            using var layer = OpProfile.Enter(_down);
            return _down.Forward(x);
        }

        private Tensor Up(Tensor joined)
        {
            using var layer = OpProfile.Enter(_up);
            if (_enlarge is null)
            {
                return _up.Forward(joined);
            }

            using var enlarged = _enlarge.Forward(joined);
            return _up.Forward(enlarged);
        }

        /// <summary>The layers after the innermost convolution, which has no norm.</summary>
        private Tensor Rectified(Tensor z)
        {
            var relu = Layers[2];
            using var layer = OpProfile.Enter(relu);
            return relu.Consume(z);
        }

        /// <summary>The norm of a convolution of this level; null if it has none.</summary>
        private Norm2d? NormAfter(Layer convolution)
        {
            for (var i = 0; i < Layers.Count - 1; i++)
            {
                if (ReferenceEquals(Layers[i], convolution))
                {
                    return Layers[i + 1] as Norm2d;
                }
            }

            return null;
        }
    }
}
