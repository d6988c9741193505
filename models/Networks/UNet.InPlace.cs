namespace IlgpuGan.Models.Networks;

public sealed partial class UNet
{
    /// <summary>
    /// The forward where nothing is recorded, with fewer passes over memory. All that reads a joined array is a ReLU, so both halves are
    /// written there with the ReLU already taken: what comes back by the norm on the way up, and the way across out of what the leaky ReLU
    /// left, of which the ReLU is the same. That one is written last, though the norm on the way down could do it: the convolution would
    /// find it out of the caches by then, which costs what the pass saves. The bits are those of <see cref="SkipBlock.Forward"/>.
    /// </summary>
    private sealed partial class Block
    {
        /// <summary>
        /// Whether the halves of joined arrays lie in one piece, which they do for one picture, and nothing but what is expected is between
        /// the layers.
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

        /// <summary>An inner level.</summary>
        /// <param name="x">[1, Input, H, W] behind the leaky ReLU</param>
        /// <param name="half">of x's shape: the half of a joined array for the ReLU of the result</param>
        private void Run(Tensor x, Tensor half)
        {
            var z = Down(x);
            using var joined = _inner is null ? Rectified(z) : Joined(z);
            var y = Up(joined);
            if (NormBehind(_up) is { } norm)
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

        /// <summary>The ReLU of what came down beside that of what the level within makes of it: [1, 2·Inside, H/2, W/2].</summary>
        /// <param name="z">[1, Inside, H/2, W/2] before its norm; given up</param>
        private Tensor Joined(Tensor z)
        {
            using var level = OpProfile.Enter(_inner!);
            var channels = z.Shape[1];
            var leaky = (LeakyReLU)_inner!.Layers[0];
            if (NormBehind(_down) is { } norm)
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
            using var across = joined.Slice(1, 0, channels);
            using var back = joined.Slice(1, channels, channels);
            _inner.Run(z, back);
            z.ReluTo(across);
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
        private Norm2d? NormBehind(Layer convolution)
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
