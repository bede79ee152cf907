package io.granular.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.granular.engine.plan.BuiltInRecipes.BuiltIn;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The published schema and the reader accept the same files. */
class RecipeSchemaTest {
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(BuiltInRecipes.schema(), InputFormat.JSON);

  @Test
  void theSchemaIsItselfValid() {
    Schema meta = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(SchemaLocation
            .of("https://json-schema.org/draft/2020-12/schema"));

    assertThat(meta.validate(BuiltInRecipes.schema(), InputFormat.JSON)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("builtIns")
  void builtInsAreValid(BuiltIn builtIn) {
    assertThat(SCHEMA.validate(builtIn.json(), InputFormat.JSON)).isEmpty();
  }

  static List<BuiltIn> builtIns() {
    return new BuiltInRecipes().all();
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "{'match':'**','keep':'bf16'}",
      "{'match':'**','keep':'fp16','optional':true}",
      "{'match':'unet.{a,b}.*-1','keep':'fp32','optional':false}",
      "{'match':'**','weights':{'bits':2}}",
      "{'match':'**','weights':{'bits':8.0}}",
      "{'match':'**','weights':{'bits':8,'granularity':'per_tensor','mapping':'asymmetric'}}",
      "{'match':'**','weights':{'bits':4,'granularity':'per_group','group':1}}",
      "{'match':'**','weights':{'bits':3,'mapping':'symmetric_no_clipping_err'},'method':'qat'}",
      "{'match':'**','weights':{'bits':4},'activations':{'bits':8}}",
      "{'match':'**','weights':{'bits':4},'activations':{'bits':5,'range':'static'}}",
      "{'match':'**','weights':{'bits':8},"
          + "'activations':{'bits':8,'granularity':'per_tensor','range':'static'}}",
      "{'match':'**','weights':{'bits':8},"
          + "'activations':{'bits':8,'range':'static','observer':'moving_average'}}",
      "{'match':'**','weights':{'bits':8},'activations':"
          + "{'bits':8,'range':'static','observer':'percentile','percentile':99.9}}",
      "{'match':'**','weights':{'bits':4},'treatments':{}}",
      "{'match':'**','weights':{'bits':4},'treatments':{'split':true,'smooth':true,'rotate':true,"
          + "'low_rank':true,'clip':'mse','gptq':true,'bias_correction':true}}",
      "{'match':'**','weights':{'bits':4},'treatments':{'split':false,'smooth':0.75,'low_rank':16,"
          + "'clip':'minmax','gptq':{'damping':0.1,'act_order':true}}}",
      "{'match':'**','weights':{'bits':8},'activations':{'bits':8,'range':'static'},"
          + "'treatments':{'smooth':false,'rotate':false,'gptq':{}}}",
      "{'match':'**','weights':{'bits':8},"
          + "'activations':{'bits':8,'granularity':'per_token','mapping':'asymmetric'}}",
      "{'match':'**','weights':{'type':'q4_0'}}",
      "{'match':'**','weights':{'type':'q8_0'},'method':'ptq'}"})
  void bothAccept(String rule) {
    String json = recipe(rule);

    assertThat(SCHEMA.validate(json, InputFormat.JSON)).isEmpty();
    assertThat(readerAccepts(json)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "{}", "[]", "null", "'**'",
      "{'keep':'bf16'}",
      "{'match':'**'}",
      "{'match':'','keep':'bf16'}",
      "{'match':'a b','keep':'bf16'}",
      "{'match':null,'keep':'bf16'}",
      "{'match':'**','keep':'fp8'}",
      "{'match':'**','keep':null}",
      "{'match':'**','keep':'bf16','weights':{'bits':8}}",
      "{'match':'**','keep':'bf16','activations':{'bits':8}}",
      "{'match':'**','keep':'bf16','method':'ptq'}",
      "{'match':'**','keep':'bf16','optional':1}",
      "{'match':'**','keep':'bf16','note':'x'}",
      "{'match':'**','activations':{'bits':8}}",
      "{'match':'**','weights':{}}",
      "{'match':'**','weights':[]}",
      "{'match':'**','weights':null}",
      "{'match':'**','weights':{'bits':1}}",
      "{'match':'**','weights':{'bits':16}}",
      "{'match':'**','weights':{'bits':'8'}}",
      "{'match':'**','weights':{'bits':7.5}}",
      "{'match':'**','weights':{'bits':1e30}}",
      "{'match':'**','weights':{'bits':8,'range':'dynamic'}}",
      "{'match':'**','weights':{'bits':8,'granularity':'per_token'}}",
      "{'match':'**','weights':{'bits':4,'granularity':'per_group'}}",
      "{'match':'**','weights':{'bits':4,'granularity':'per_group','group':0}}",
      "{'match':'**','weights':{'bits':4,'granularity':'per_axis','group':32}}",
      "{'match':'**','weights':{'bits':4,'group':32}}",
      "{'match':'**','weights':{'bits':4,'mapping':'SYMMETRIC'}}",
      "{'match':'**','weights':{'bits':4},'activations':{'bits':8,'group':32}}",
      "{'match':'**','weights':{'bits':4},'activations':{'bits':8,'granularity':'per_axis'}}",
      "{'match':'**','weights':{'bits':4},"
          + "'activations':{'bits':8,'granularity':'per_token','range':'static'}}",
      "{'match':'**','weights':{'bits':4},'activations':{'bits':8,'observer':'mse'}}",
      "{'match':'**','weights':{'bits':4},"
          + "'activations':{'bits':8,'range':'static','observer':'min_max'}}",
      "{'match':'**','weights':{'bits':4},'activations':"
          + "{'bits':8,'range':'static','observer':'mse','percentile':99}}",
      "{'match':'**','weights':{'bits':4},'activations':"
          + "{'bits':8,'range':'static','observer':'percentile','percentile':50}}",
      "{'match':'**','keep':'bf16','treatments':{}}",
      "{'match':'**','weights':{'bits':4},'method':'qat','treatments':{}}",
      "{'match':'**','weights':{'bits':4},'treatments':true}",
      "{'match':'**','weights':{'bits':4},'treatments':{'smooth':2}}",
      "{'match':'**','weights':{'bits':4},'treatments':{'low_rank':1.5}}",
      "{'match':'**','weights':{'bits':4},'treatments':{'rotate':1}}",
      "{'match':'**','weights':{'bits':4},'treatments':{'gptq':{'damping':0}}}",
      "{'match':'**','weights':{'bits':4},'treatments':{'gptq':4}}",
      "{'match':'**','weights':{'bits':8},'activations':{'bits':8,'range':'static'},"
          + "'treatments':{'smooth':0.5}}",
      "{'match':'**','weights':{'bits':8},'activations':{'bits':8,'range':'static'},"
          + "'treatments':{'split':true}}",
      "{'match':'**','weights':{'type':'q4_k'}}",
      "{'match':'**','weights':{'type':'Q4_0'}}",
      "{'match':'**','weights':{'type':null}}",
      "{'match':'**','weights':{'type':'q4_0','bits':4}}",
      "{'match':'**','weights':{'type':'q4_0','granularity':'per_axis'}}",
      "{'match':'**','weights':{'type':'q4_0'},'activations':{'bits':8}}",
      "{'match':'**','weights':{'type':'q4_0'},'method':'qat'}",
      "{'match':'**','weights':{'type':'q4_0'},'treatments':{'clip':'mse'}}",
      "{'match':'**','weights':{'bits':4},'method':'none'}"})
  void bothReject(String rule) {
    String json = recipe(rule);

    assertThat(SCHEMA.validate(json, InputFormat.JSON)).isNotEmpty();
    assertThat(readerAccepts(json)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "{'version':1,'name':'x','rules':[]}",
      "{'version':2,'name':'x','rules':[{'match':'**','keep':'bf16'}]}",
      "{'version':'1','name':'x','rules':[{'match':'**','keep':'bf16'}]}",
      "{'name':'x','rules':[{'match':'**','keep':'bf16'}]}",
      "{'version':1,'rules':[{'match':'**','keep':'bf16'}]}",
      "{'version':1,'name':'','rules':[{'match':'**','keep':'bf16'}]}",
      "{'version':1,'name':'x','description':3,'rules':[{'match':'**','keep':'bf16'}]}",
      "{'version':1,'name':'x','rules':{'match':'**','keep':'bf16'}}",
      "{'version':1,'name':'x','rules':[{'match':'**','keep':'bf16'}],'author':'y'}",
      "{'$schema':1,'version':1,'name':'x','rules':[{'match':'**','keep':'bf16'}]}"})
  void bothRejectOutsideTheRules(String text) {
    String json = text.replace('\'', '"');

    assertThat(SCHEMA.validate(json, InputFormat.JSON)).isNotEmpty();
    assertThat(readerAccepts(json)).isFalse();
  }

  private static String recipe(String rule) {
    return "{'$schema':'recipe.schema.json','version':1,'name':'x','rules':[%s]}".formatted(rule)
        .replace('\'', '"');
  }

  private static boolean readerAccepts(String json) {
    try {
      RecipeReader.parse(json, "test");
      return true;
    } catch (BadRecipeException e) {
      return false;
    }
  }
}
