using System.Reflection;
using System.Reflection.Emit;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>
/// Parameters may have any name that C# allows. OpenCL C knows many of them as something else: keywords of C and of OpenCL, built-in types,
/// functions and macros; and so does the text that is made around them.
/// </summary>
public sealed partial class OpenCLNameTests
{
    private const string Keywords = """
        auto break case char const continue default do double else enum extern float for goto if inline int long register restrict return
        short signed sizeof static struct switch typedef union unsigned void volatile while _Bool _Complex _Imaginary bool true false asm
        typeof __asm__ __typeof__ __attribute__ __extension__ __inline __restrict __volatile__ __signed__ __alignof__ __builtin_expect
        __global global __local local __constant constant __private private __generic generic __kernel kernel __read_only read_only
        __write_only write_only __read_write read_write pipe uniform class template typename namespace operator this new delete
        """;

    private const string Types = """
        half quad complex imaginary uchar ushort uint ulong size_t ptrdiff_t intptr_t uintptr_t event_t sampler_t image1d_t image1d_array_t
        image1d_buffer_t image2d_t image2d_array_t image3d_t image2d_depth_t queue_t ndrange_t clk_event_t reserve_id_t cl_mem_fence_flags
        memory_scope memory_order atomic_int atomic_uint atomic_long atomic_float atomic_flag char2 char3 char4 char8 char16 uchar4 short2
        ushort8 int2 int3 int4 int8 int16 uint2 uint4 uint16 long2 long4 ulong2 ulong8 float2 float3 float4 float8 float16 double2 double4
        double16 half2 half4 bool2 bool4 quad4 float2x2 double4x4
        """;

    private const string Functions = """
        get_work_dim get_global_size get_global_id get_local_size get_local_id get_num_groups get_group_id get_global_offset acos acosh
        acospi asin asinh asinpi atan atan2 atanh atanpi atan2pi cbrt ceil copysign cos cosh cospi erf erfc exp exp2 exp10 expm1 fabs fdim
        floor fma fmax fmin fmod fract frexp hypot ilogb ldexp lgamma lgamma_r log log2 log10 log1p logb mad maxmag minmag modf nan
        nextafter pow pown powr remainder remquo rint rootn round rsqrt sin sincos sinh sinpi sqrt tan tanh tanpi tgamma trunc half_cos
        half_divide half_exp half_log half_powr half_recip half_rsqrt half_sin half_sqrt half_tan native_cos native_divide native_exp
        native_log native_powr native_recip native_rsqrt native_sin native_sqrt native_tan abs abs_diff add_sat hadd rhadd clamp clz ctz
        mad_hi mad_sat max min mul_hi rotate sub_sat upsample popcount mad24 mul24 degrees mix radians step smoothstep sign cross dot
        distance length normalize fast_distance fast_length fast_normalize isequal isnotequal isgreater isless islessequal isfinite isinf
        isnan isnormal isordered isunordered signbit any all bitselect select vload2 vload4 vstore4 vload_half vstore_half vstore_half_rte
        vloada_half barrier mem_fence read_mem_fence write_mem_fence async_work_group_copy wait_group_events prefetch atomic_add atomic_sub
        atomic_xchg atomic_inc atomic_dec atomic_cmpxchg atomic_min atomic_max atomic_and atomic_or atomic_xor atom_add atom_cmpxchg
        vec_step shuffle shuffle2 printf read_imagef write_imagef get_image_width convert_int convert_float convert_uint_sat_rtz as_int
        as_uint as_float as_double as_long as_ulong main memcpy memset
        """;

    private const string Macros = """
        NULL INT_MAX INT_MIN UINT_MAX LONG_MAX LONG_MIN ULONG_MAX CHAR_BIT CHAR_MAX SCHAR_MIN SHRT_MAX USHRT_MAX FLT_DIG FLT_MANT_DIG
        FLT_MAX FLT_MIN FLT_EPSILON FLT_RADIX DBL_DIG DBL_MAX DBL_MIN DBL_EPSILON HALF_MAX MAXFLOAT HUGE_VALF HUGE_VAL INFINITY NAN M_E
        M_LOG2E M_LOG10E M_LN2 M_LN10 M_PI M_PI_2 M_PI_4 M_1_PI M_2_PI M_2_SQRTPI M_SQRT2 M_SQRT1_2 M_E_F M_PI_F M_SQRT2_F FP_ILOGB0
        FP_ILOGBNAN FP_FAST_FMAF FP_CONTRACT CLK_LOCAL_MEM_FENCE CLK_GLOBAL_MEM_FENCE CLK_NORMALIZED_COORDS_TRUE CLK_FILTER_NEAREST CLK_R
        CLK_RGBA CLK_FLOAT ATOMIC_VAR_INIT __OPENCL_VERSION__ __OPENCL_C_VERSION__ CL_VERSION_1_0 CL_VERSION_1_1 CL_VERSION_1_2
        __ENDIAN_LITTLE__ __IMAGE_SUPPORT__ __FAST_RELAXED_MATH__ __FILE__ __LINE__ __VERSION__ __func__ __kernel_exec cl_khr_fp64
        cl_khr_int64_base_atomics linux unix i386 __x86_64__ __CHAR_BIT__ __INT_MAX__ POCL_DEVICE_ADDRESS_BITS pocl
        """;

    // What the emitter writes around parameters: its own values, labels, parts of views, shared memory, and the prelude's functions.
    private const string Generated = """
        v0 v1 v2 v4 v8 v16 b0 b1 b2 c0 c1 p p_ p_p p_v4 x_ptr x_length x_ptr_buffer x_ptr_offset buffer_p_x offset_p_x shared0 shared1
        dynamic_shared dynamic_shared_length group_reduction swap_i32 swap_globalptr extent_x Kernel_Named min_float max_float min_double
        to_int_float to_uint_double half_to_float float_to_half floor_float rint_double atomic_add_float_global v3_memory
        """;

    private static readonly string[] s_names =
        [.. string.Join(' ', Keywords, Types, Functions, Macros, Generated)
            .Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Distinct()];

    [Test]
    public void NumbersMayHaveAnyName()
    {
        var text = KernelCompiler.Compile(Compiling.Request(KernelOf(typeof(int), s_names), Compiling.OpenCL)).Text;
        Assert.That(Parameter().Matches(text), Has.Count.EqualTo(s_names.Length), "each is another parameter");
        Build(text);
    }

    [Test]
    public void ViewsMayHaveAnyName()
    {
        var text = KernelCompiler.Compile(Compiling.Request(KernelOf(typeof(ArrayView<int>), s_names), Compiling.OpenCL)).Text;
        Build(text);
    }

    /// <summary>The first sample of ILGPU's own; and names that two parameters would share.</summary>
    [Test]
    public void ResultsAreThoseOfTheirParameters()
    {
        using Context context = Context.Create(builder => builder.OpenCL());
        if (context.GetCLDevices().Count == 0)
        {
            Assert.Ignore("There is no OpenCL device here.");
        }
        using CLAccelerator accelerator = context.CreateCLAccelerator(0);
        using var result = accelerator.Allocate1D<int>(4);
        using var values = accelerator.Allocate1D([100, 200, 300, 400]);
        accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>, int, ArrayView<int>, int, int, int, int>(Kernel)(
            4, result.AsContiguous(), 1, values.AsContiguous(), 2, 3, 4, 5);
        Assert.That(result.GetAsArray1D(), Is.EqualTo(new[] { 112345, 212345, 312345, 412345 }));

        static void Kernel(
            Index1D v4, ArrayView<int> global, int constant, ArrayView<int> x, int x_ptr, int x_ptr_buffer, int x_ptr_offset, int @union) =>
            global[v4] = (x[v4] * 1000) + 2345 + (constant * 10_000) + (x_ptr - 2) + (x_ptr_buffer - 3) + (x_ptr_offset - 4) + (@union - 5);
    }

    // results[k] = the parameter of the k-th name, or its first element.
    private static MethodInfo KernelOf(Type type, string[] names)
    {
        var module =
            AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Names"), AssemblyBuilderAccess.Run).DefineDynamicModule("Names");
        var holder = module.DefineType("Names", TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed);
        var method = holder.DefineMethod(
            "Named", MethodAttributes.Public | MethodAttributes.Static, typeof(void), [typeof(ArrayView<int>), .. names.Select(_ => type)]);
        method.DefineParameter(1, ParameterAttributes.None, "results");
        var il = method.GetILGenerator();
        var element = typeof(ArrayView<int>).GetProperty("Item", [typeof(int)])!.GetMethod!;
        for (var k = 0; k < names.Length; k++)
        {
            method.DefineParameter(k + 2, ParameterAttributes.None, names[k]);
            il.Emit(OpCodes.Ldarga_S, (byte)0);
            il.Emit(OpCodes.Ldc_I4, k);
            il.Emit(OpCodes.Call, element);
            if (type == typeof(int))
            {
                il.Emit(OpCodes.Ldarg, (short)(k + 1));
            }
            else
            {
                il.Emit(OpCodes.Ldarga, (short)(k + 1));
                il.Emit(OpCodes.Ldc_I4_0);
                il.Emit(OpCodes.Call, element);
                il.Emit(OpCodes.Ldind_I4);
            }

            il.Emit(OpCodes.Stind_I4);
        }

        il.Emit(OpCodes.Ret);
        return holder.CreateType().GetMethod("Named")!;
    }

    private static void Build(string text)
    {
        using Context context = Context.Create(builder => builder.OpenCL());
        if (context.GetCLDevices().Count == 0)
        {
            Assert.Ignore("There is no OpenCL device here.");
        }
        using CLAccelerator accelerator = context.CreateCLAccelerator(0);
        var program = CLProgram.Build(accelerator, text, "-cl-std=CL1.2");
        CLException.ThrowIfFailed(Release(program));
    }

    private static unsafe CLError Release(IntPtr program) => CLApi.Current.ReleaseProgram(program);

    [GeneratedRegex(@"[(,] ?int p_\w+(?=[,)])")]
    private static partial Regex Parameter();
}
